package io.anyio.thread;

import io.anyio.WouldBlockException;
import io.anyio.lowlevel.ThreadCall;
import io.anyio.sync.CapacityLimiter;

/**
 * The token of a limiter that a call holds. The borrower is this object and not the task, which may leave the call
 * while the call keeps the token.
 */
final class BorrowedToken {
    private final CapacityLimiter limiter;
    private final String what;
    private boolean given; // set by the task

    private BorrowedToken(CapacityLimiter limiter, String what) {
        this.limiter = limiter;
        this.what = what;
    }

    /** Takes a token without letting other tasks run, or waits for one. Can be cancelled while it waits. */
    static BorrowedToken acquire(CapacityLimiter limiter, String what) {
        var token = new BorrowedToken(limiter, what);
        try {
            limiter.acquireOnBehalfOfNow(token);
        } catch (WouldBlockException allInUse) {
            ThreadCall.awaitThread(() -> limiter.acquireOnBehalfOf(token));
        }
        return token;
    }

    /** Leaves the token to a call, which releases it at its end. */
    void give() {
        given = true;
    }

    /** Releases the token if no call has it. Called by the task. */
    void releaseUnlessGiven() {
        if (!given) {
            release();
        }
    }

    void release() {
        limiter.releaseOnBehalfOf(this);
    }

    @Override
    public String toString() {
        return "call to " + what;
    }
}
