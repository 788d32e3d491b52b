package io.anyio.sync;

import io.anyio.TaskRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The loans of a {@link CapacityLimiter}, at most one for each borrower. Any thread. */
final class Loans {
    private final TaskLoans ofTasks = new TaskLoans();
    private final OtherLoans ofOthers = new OtherLoans();

    /** Enters a loan; gives the other one of the same borrower, and does nothing, when there is one. */
    @Nullable
    Loan add(Loan loan) {
        return loan.borrower instanceof TaskRef ? ofTasks.add(loan) : ofOthers.add(loan);
    }

    /** Strikes a loan out, if it is there. */
    void remove(Loan loan) {
        if (loan.borrower instanceof TaskRef) {
            ofTasks.remove(loan);
        } else {
            ofOthers.remove(loan);
        }
    }

    /** The loan of a borrower, if it is in the books. */
    @Nullable
    Loan find(Object borrower) {
        return borrower instanceof TaskRef task ? ofTasks.find(task) : ofOthers.find(borrower);
    }

    /** Who holds a token: the tasks in the order in which they were started, then the others. */
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
