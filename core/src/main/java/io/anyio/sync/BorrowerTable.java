package io.anyio.sync;

import io.anyio.lowlevel.TaskRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The borrowers of a {@link CapacityLimiter}, with at most one entry for each. May be used by any thread.
 *
 * <p>Tasks are identified by their ids, so the map, which guards its bins with monitors, calls no foreign code inside.
 * Other objects are compared by their own {@code equals}, and have a map without critical sections.
 */
final class BorrowerTable {
    private final ConcurrentHashMap<Long, Borrower> tasks = new ConcurrentHashMap<>(); // by the ids of the tasks
    private final ObjectBorrowers others = new ObjectBorrowers();

    /** Adds an entry and returns null. If the borrower already has an entry, returns that one and does nothing. */
    @Nullable
    Borrower add(Borrower entry) {
        if (!(entry.object instanceof TaskRef)) {
            return others.add(entry);
        }
        Borrower other = tasks.putIfAbsent(entry.key, entry);
        while (other != null && other.isDead()) {
            remove(other);
            other = tasks.putIfAbsent(entry.key, entry);
        }
        return other;
    }

    /** Removes an entry, if present. */
    void remove(Borrower entry) {
        if (entry.object instanceof TaskRef) {
            tasks.remove(entry.key, entry);
        } else {
            others.remove(entry);
        }
    }

    /** Returns the entry of a borrower, or null. */
    @Nullable
    Borrower find(Object borrower) {
        return borrower instanceof TaskRef task ? tasks.get(task.id()) : others.find(borrower);
    }

    /** Returns the borrowers that hold a token: tasks in the order in which they were started, then other objects. */
    List<Object> borrowers() {
        List<Borrower> entries = new ArrayList<>(tasks.values());
        entries.sort(Comparator.comparing(entry -> entry.key));
        others.forEach(entries::add);
        return entries.stream()
                .filter(Borrower::holds)
                .map(entry -> entry.object)
                .toList();
    }
}
