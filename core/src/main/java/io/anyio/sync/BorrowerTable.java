package io.anyio.sync;

import io.anyio.TaskRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The borrowers of a {@link CapacityLimiter}, at most one for each borrower. May be used by any thread. */
final class BorrowerTable {
    private final TaskLoans ofTasks = new TaskLoans();
    private final ObjectBorrowers ofOthers = new ObjectBorrowers();

    /** Adds an entry and returns null. If the borrower already has an entry, returns that one and does nothing. */
    @Nullable
    Borrower add(Borrower entry) {
        return entry.object instanceof TaskRef ? ofTasks.add(entry) : ofOthers.add(entry);
    }

    /** Removes an entry, if present. */
    void remove(Borrower entry) {
        if (entry.object instanceof TaskRef) {
            ofTasks.remove(entry);
        } else {
            ofOthers.remove(entry);
        }
    }

    /** Returns the entry of a borrower, or null. */
    @Nullable
    Borrower find(Object borrower) {
        return borrower instanceof TaskRef task ? ofTasks.find(task) : ofOthers.find(borrower);
    }

    /** Returns the borrowers that hold a token: tasks in the order in which they were started, then other objects. */
    List<Object> borrowers() {
        List<Object> borrowers = new ArrayList<>();
        for (Borrower entry = ofTasks.above(Long.MIN_VALUE); entry != null; entry = ofTasks.above(entry.key)) {
            addHolder(borrowers, entry);
        }
        ofOthers.forEach(entry -> addHolder(borrowers, entry));
        return List.copyOf(borrowers);
    }

    private static void addHolder(List<Object> holders, Borrower entry) {
        if (entry.holds()) {
            holders.add(entry.object);
        }
    }
}
