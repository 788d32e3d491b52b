package io.anyio.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The loans of a limiter whose borrowers are any objects. Any thread.
 *
 * <p>They are compared by their own {@code equals}, which is foreign code and must not run in a critical section: so
 * this is a lock-free map from hash codes to the few loans that share one.
 */
final class OtherLoans {
    private final ConcurrentSkipListMap<Long, List<Loan>> byHash = new ConcurrentSkipListMap<>();

    /** Enters a loan; gives the other one of the same borrower, and does nothing, when there is one. */
    @Nullable
    Loan add(Loan loan) {
        while (true) {
            List<Loan> before = byHash.get(loan.key);
            if (before == null) {
                if (byHash.putIfAbsent(loan.key, List.of(loan)) == null) {
                    return null;
                }
                continue;
            }
            Loan other = among(before, loan.borrower);
            if (other != null && other.isDead()) {
                remove(other);
            } else if (other != null) {
                return other;
            } else {
                List<Loan> after = new ArrayList<>(before);
                after.add(loan);
                if (byHash.replace(loan.key, before, List.copyOf(after))) {
                    return null;
                }
            }
        }
    }

    /** Strikes a loan out, if it is there. */
    void remove(Loan loan) {
        while (true) {
            List<Loan> before = byHash.get(loan.key);
            if (before == null || !before.contains(loan)) {
                return;
            }
            List<Loan> after = before.stream().filter(other -> other != loan).toList();
            if (after.isEmpty() ? byHash.remove(loan.key, before) : byHash.replace(loan.key, before, after)) {
                return;
            }
        }
    }

    /** The loan of a borrower, if it is in the books. */
    @Nullable
    Loan find(Object borrower) {
        List<Loan> same = byHash.get((long) borrower.hashCode());
        return same == null ? null : among(same, borrower);
    }

    void forEach(Consumer<Loan> visitor) {
        byHash.values().forEach(same -> same.forEach(visitor));
    }

    private static @Nullable Loan among(List<Loan> loans, Object borrower) {
        for (Loan loan : loans) {
            if (loan.borrower.equals(borrower)) {
                return loan;
            }
        }
        return null;
    }
}
