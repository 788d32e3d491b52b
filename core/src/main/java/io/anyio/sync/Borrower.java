package io.anyio.sync;

import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.TaskRef;
import org.jspecify.annotations.Nullable;

/** The record that a {@link CapacityLimiter} keeps of one borrower, which holds a token or has asked for one. */
final class Borrower {
    final Object object; // the task, or another object
    final Long key; // as keyOf() returns it
    private volatile boolean taken; // set in the critical section by the task or thread that asks
    private volatile @Nullable Suspension wait; // set before it is queued, by the task that asks
    volatile boolean over; // set by the caller that releases the token or fails to get one

    Borrower(Object borrower) {
        this.object = borrower;
        this.key = keyOf(borrower);
    }

    /** Returns the id of a task, or the hash code of another object. */
    static long keyOf(Object borrower) {
        return borrower instanceof TaskRef task ? task.id() : borrower.hashCode();
    }

    void take() {
        taken = true;
    }

    void waitIn(Suspension newWait) {
        wait = newWait;
    }

    /** Whether the token was granted and has not been released. */
    boolean holds() {
        Suspension granted = wait;
        return !over && (taken || (granted != null && granted.isResumed()));
    }

    /** Whether it has ended, or the task that asked was cancelled, and it has not been removed from the table yet. */
    boolean isDead() {
        Suspension ended = wait;
        return over || (ended != null && !ended.isPending() && !holds());
    }
}
