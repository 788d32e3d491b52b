package io.anyio.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The borrowers of a limiter whose borrowers are not tasks but other objects. May be used by any thread.
 *
 * <p>Borrowers are compared by their own {@code equals}, which is foreign code and must not run in a critical section.
 * Therefore this is a lock-free map from hash codes to the few borrowers that share one.
 */
final class ObjectBorrowers {
    private final ConcurrentSkipListMap<Long, List<Borrower>> byHash = new ConcurrentSkipListMap<>();

    /** Adds an entry and returns null. If the borrower already has an entry, returns that one and does nothing. */
    @Nullable
    Borrower add(Borrower entry) {
        while (true) {
            List<Borrower> before = byHash.get(entry.key);
            if (before == null) {
                if (byHash.putIfAbsent(entry.key, List.of(entry)) == null) {
                    return null;
                }
                continue;
            }
            Borrower other = among(before, entry.object);
            if (other != null && other.isDead()) {
                remove(other);
            } else if (other != null) {
                return other;
            } else {
                List<Borrower> after = new ArrayList<>(before);
                after.add(entry);
                if (byHash.replace(entry.key, before, List.copyOf(after))) {
                    return null;
                }
            }
        }
    }

    /** Removes an entry, if present. */
    void remove(Borrower entry) {
        while (true) {
            List<Borrower> before = byHash.get(entry.key);
            if (before == null || !before.contains(entry)) {
                return;
            }
            List<Borrower> after =
                    before.stream().filter(other -> other != entry).toList();
            if (after.isEmpty() ? byHash.remove(entry.key, before) : byHash.replace(entry.key, before, after)) {
                return;
            }
        }
    }

    /** Returns the entry of a borrower, or null. */
    @Nullable
    Borrower find(Object borrower) {
        List<Borrower> same = byHash.get((long) borrower.hashCode());
        return same == null ? null : among(same, borrower);
    }

    void forEach(Consumer<Borrower> visitor) {
        byHash.values().forEach(same -> same.forEach(visitor));
    }

    private static @Nullable Borrower among(List<Borrower> borrowers, Object borrower) {
        for (Borrower entry : borrowers) {
            if (entry.object.equals(borrower)) {
                return entry;
            }
        }
        return null;
    }
}
