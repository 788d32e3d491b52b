package io.anyio.select;

import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.NoEventLoopException;
import io.anyio.internal.Alarm;
import io.anyio.internal.Nanos;
import io.anyio.internal.RootAccess;
import io.anyio.internal.Task;
import io.anyio.internal.Wait;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.WaitQueue;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several operations: a receive, a send, an event, a value, a time-out. Operations that are not
 * chosen have no effect: such a send has sent nothing, such a receive has taken nothing.
 *
 * <p>AnyIO has no counterpart; Go and Kotlin have a similar {@code select}.
 *
 * <pre>{@code
 * String what = Select.first(
 *         stop.onSet().then(_ -> "told to stop"),
 *         inbox.onReceive().then(item -> "got " + item),
 *         Select.after(Duration.ofSeconds(1)).then(_ -> "nothing for a second"));
 * }</pre>
 *
 * <p>Exactly one clause is chosen. A clause whose call would throw, such as a receive from a stream that has ended, can
 * be chosen too; the select then throws that exception. The choice is atomic: no other task, on this loop or another,
 * sees two clauses chosen or an item in transit.
 *
 * <p>For tasks only. Like {@code receive}, a select is a checkpoint before it has any effect: in a cancelled scope it
 * throws {@link Cancelled} and has taken nothing. A select that has chosen returns the result, even if the task is
 * cancelled before it runs again.
 */
public final class Select {
    /*
     * The critical sections of all clauses are entered together, in one order for all selects, and left together.
     * Inside, the branches of this select are in no queue yet, so no other task can choose for it. A clause is taken by
     * claiming the other side alone. Two selects that meet never have to be claimed both at the same moment, and no
     * select has to retry.
     */

    private Select() {}

    /**
     * Waits for one of the clauses. When several are ready, the first one in the list is chosen, so list them by
     * importance. A checkpoint; if a clause is ready immediately, other tasks run only when the slice is used up.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     * @throws IllegalArgumentException without clauses
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    public static <R extends @Nullable Object> R first(SelectClause<? extends R>... clauses) {
        return first(List.of(clauses));
    }

    /** Like {@link #first(SelectClause...)}, for a list. */
    public static <R extends @Nullable Object> R first(List<? extends SelectClause<? extends R>> clauses) {
        return select(clauses, 0);
    }

    /**
     * Like {@link #first(SelectClause...)}, without priorities: clauses that are ready at the same time are chosen
     * equally often in the long run. Each search begins at the next clause in turn, so a simulation replays it.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    public static <R extends @Nullable Object> R fair(SelectClause<? extends R>... clauses) {
        return fair(List.of(clauses));
    }

    /** Like {@link #fair(SelectClause...)}, for a list. */
    public static <R extends @Nullable Object> R fair(List<? extends SelectClause<? extends R>> clauses) {
        Task task = Task.require("select");
        return select(clauses, clauses.isEmpty() ? 0 : Math.floorMod(task.loop().nextSelect(), clauses.size()));
    }

    /**
     * Returns a clause that is ready after {@code delay}, or immediately if that is zero or negative. As the last
     * clause it then means "otherwise".
     */
    @SuppressWarnings("NullAway") // NullAway loses the annotation on Void in a lambda
    public static SelectClause<@Nullable Void> after(Duration delay) {
        long nanos = Nanos.of(delay);
        return branch -> {
            Wait wait = Waits.of(branch);
            return new TimeAttempt(wait, Nanos.add(wait.task().run().now(), nanos));
        };
    }

    /** Returns a clause that is ready at {@code deadline}. */
    @SuppressWarnings("NullAway") // NullAway loses the annotation on Void in a lambda
    public static SelectClause<@Nullable Void> at(Deadline deadline) {
        Objects.requireNonNull(deadline, "deadline");
        return branch -> new TimeAttempt(Waits.of(branch), RootAccess.nanos(deadline));
    }

    private static <R extends @Nullable Object> R select(List<? extends SelectClause<? extends R>> clauses, int start) {
        if (clauses.isEmpty()) {
            throw new IllegalArgumentException("Pass at least one clause; a select without clauses would wait forever");
        }
        Checkpoints.fast("select");
        return new Selection<R>(clauses, start).run();
    }

    /** A time-out in one select. */
    private static final class TimeAttempt implements SelectClause.Attempt<@Nullable Void> {
        private final Wait branch;
        private final long time;
        private final Alarm alarm;

        TimeAttempt(Wait branch, long time) {
            this.branch = branch;
            this.time = time;
            this.alarm = new Alarm(branch);
        }

        @Override
        public @Nullable WaitQueue section() {
            return null;
        }

        @Override
        public boolean take() {
            return time <= branch.task().run().now();
        }

        @Override
        public void register() {
            if (time != Nanos.NEVER) {
                alarm.set(time);
            }
        }

        @Override
        public void complete() {
            alarm.clear();
        }

        @Override
        public @Nullable Void result() {
            return null;
        }
    }
}
