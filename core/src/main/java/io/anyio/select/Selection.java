package io.anyio.select;

import io.anyio.internal.Task;
import io.anyio.internal.Wait;
import io.anyio.lowlevel.WaitQueue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One {@link Select} in progress. Used by its task only. */
final class Selection<R extends @Nullable Object> {
    private static final int NONE = -1;

    private final Wait wait = Wait.begin(Task.require("select"), "select");
    private final List<SelectClause.Attempt<? extends R>> attempts = new ArrayList<>();
    private final List<WaitQueue> sections = new ArrayList<>(); // each once, in the order in which they are entered
    private final int start; // where the search begins

    Selection(List<? extends SelectClause<? extends R>> clauses, int start) {
        this.start = start;
        for (SelectClause<? extends R> clause : clauses) {
            SelectClause.Attempt<? extends R> attempt = clause.begin(Waits.branch(wait, attempts.size()));
            attempts.add(attempt);
            WaitQueue section = attempt.section();
            if (section != null && !sections.contains(section)) {
                sections.add(section);
            }
        }
        sections.sort(Comparator.comparingLong(Waits::rank));
    }

    R run() {
        int chosen = takeOrRegister();
        if (chosen == NONE) {
            chosen = awaitChoice();
        } else {
            attempts.get(chosen).complete(); // the others have no state to complete
        }
        return attempts.get(chosen).result();
    }

    /** Returns the number of the clause that was taken, or {@link #NONE} when all wait in their queues now. */
    private int takeOrRegister() {
        sections.forEach(WaitQueue::enter);
        try {
            for (int i = 0; i < attempts.size(); i++) {
                int number = (start + i) % attempts.size();
                if (attempts.get(number).take()) {
                    return number;
                }
            }
            for (SelectClause.Attempt<? extends R> attempt : attempts) {
                if (attempt.section() != null) {
                    attempt.register();
                }
            }
            return NONE;
        } finally {
            sections.reversed().forEach(WaitQueue::leave);
        }
    }

    private int awaitChoice() {
        try {
            for (SelectClause.Attempt<? extends R> attempt : attempts) {
                if (attempt.section() == null) { // a timer, which posts to the loop: not inside a critical section
                    attempt.register();
                }
            }
            wait.await();
            return wait.branchTaken();
        } finally {
            attempts.forEach(SelectClause.Attempt::complete);
        }
    }
}
