package io.anyio.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The loans of a {@link CapacityLimiter}, at most one for each borrower. Any thread.
 *
 * <p>Borrowers are compared by their own {@code equals}, which is foreign code and must not run in a critical section:
 * so this is a lock-free map from hash codes to the few loans that share one.
 */
final class Loans {
    private final ConcurrentSkipListMap<Integer, List<Loan>> byHash = new ConcurrentSkipListMap<>();

    /** Enters a loan; gives the other one of the same borrower, and does nothing, when there is one. */
    @Nullable
    Loan add(Loan loan) {
        while (true) {
            List<Loan> before = byHash.get(loan.hash);
            if (before == null) {
                if (byHash.putIfAbsent(loan.hash, List.of(loan)) == null) {
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
                if (byHash.replace(loan.hash, before, List.copyOf(after))) {
                    return null;
                }
            }
        }
    }

    /** The loan of a borrower. */
    @Nullable
    Loan find(Object borrower) {
        List<Loan> same = byHash.get(borrower.hashCode());
        return same == null ? null : among(same, borrower);
    }

    /** Strikes a loan out; gives whether this call did it. */
    boolean remove(Loan loan) {
        while (true) {
            List<Loan> before = byHash.get(loan.hash);
            if (before == null || !before.contains(loan)) {
                return false;
            }
            List<Loan> after = before.stream().filter(other -> other != loan).toList();
            if (after.isEmpty() ? byHash.remove(loan.hash, before) : byHash.replace(loan.hash, before, after)) {
                return true;
            }
        }
    }

    /** Who holds a token. */
    List<Object> borrowers() {
        List<Object> borrowers = new ArrayList<>();
        for (List<Loan> same : byHash.values()) {
            for (Loan loan : same) {
                if (loan.holds()) {
                    borrowers.add(loan.borrower);
                }
            }
        }
        return List.copyOf(borrowers);
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
