package io.anyio.sync;

import io.anyio.TaskRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The loans of a {@link CapacityLimiter}, at most one for each borrower. May be used by any thread. */
final class Loans {
    private final TaskLoans ofTasks = new TaskLoans();
    private final OtherLoans ofOthers = new OtherLoans();

    /** Adds a loan and returns null. If the borrower already has a loan, returns that one and does nothing. */
    @Nullable
    Loan add(Loan loan) {
        return loan.borrower instanceof TaskRef ? ofTasks.add(loan) : ofOthers.add(loan);
    }

    /** Removes a loan, if present. */
    void remove(Loan loan) {
        if (loan.borrower instanceof TaskRef) {
            ofTasks.remove(loan);
        } else {
            ofOthers.remove(loan);
        }
    }

    /** Returns the loan of a borrower, or null. */
    @Nullable
    Loan find(Object borrower) {
        return borrower instanceof TaskRef task ? ofTasks.find(task) : ofOthers.find(borrower);
    }

    /** Returns the borrowers that hold a token: tasks in the order in which they were started, then other objects. */
    List<Object> borrowers() {
        List<Object> borrowers = new ArrayList<>();
        for (Loan loan = ofTasks.above(Long.MIN_VALUE); loan != null; loan = ofTasks.above(loan.key)) {
            addHolder(borrowers, loan);
        }
        ofOthers.forEach(loan -> addHolder(borrowers, loan));
        return List.copyOf(borrowers);
    }

    private static void addHolder(List<Object> holders, Loan loan) {
        if (loan.holds()) {
            holders.add(loan.borrower);
        }
    }
}
