package io.anyio.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The loans of a limiter whose borrowers are not tasks but other objects. May be used by any thread.
 *
 * <p>Borrowers are compared by their own {@code equals}, which is foreign code and must not run in a critical section.
 * Therefore this is a lock-free map from hash codes to the few loans that share one.
 */
final class OtherLoans {
    private final ConcurrentSkipListMap<Long, List<Loan>> byHash = new ConcurrentSkipListMap<>();

    /** Adds a loan and returns null. If the borrower already has a loan, returns that one and does nothing. */
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

    /** Removes a loan, if present. */
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

    /** Returns the loan of a borrower, or null. */
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
