package io.anyio.sync;

import io.anyio.Suspension;
import io.anyio.TaskRef;
import org.jspecify.annotations.Nullable;

/** What a {@link CapacityLimiter} knows of one borrower: that it holds a token, or that it asks for one. */
final class Loan {
    final Object borrower;
    final long key; // of a task its id, which no other has; of another object its hash code
    private volatile boolean taken; // set in the critical section by the task or thread that asks
    private volatile @Nullable Suspension wait; // set before it is queued, by the task that asks
    volatile boolean over; // set by the caller that gives the token back or fails to get one

    @Nullable
    Loan lower; // guarded by the section of the TaskLoans it stands in

    @Nullable
    Loan higher; // guarded by the section of the TaskLoans it stands in

    Loan(Object borrower) {
        this.borrower = borrower;
        this.key = borrower instanceof TaskRef task ? task.id() : borrower.hashCode();
    }

    void take() {
        taken = true;
    }

    void waitIn(Suspension newWait) {
        wait = newWait;
    }

    /** Whether the token was granted, and was not given back. */
    boolean holds() {
        Suspension granted = wait;
        return !over && (taken || (granted != null && granted.isResumed()));
    }

    /** Whether it is over, or the task that asked was cancelled, and it has not been taken out of the books. */
    boolean isDead() {
        Suspension ended = wait;
        return over || (ended != null && !ended.isPending() && !holds());
    }
}
