package io.anyio.sync;

import io.anyio.WouldBlockException;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.TaskRef;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the number of concurrent users of something. It has a number of tokens, and each borrower can hold one.
 *
 * <p>AnyIO: {@code CapacityLimiter}.
 *
 * <pre>{@code
 * var limiter = CapacityLimiter.create(10);
 * limiter.run(() -> fetch(url));               // at most ten at a time
 * }</pre>
 *
 * <p>The borrower is the current task, or any object on whose behalf a token is taken; objects are compared by
 * {@code equals}. Waiting tasks get tokens in the order of arrival and cannot be overtaken. The number of tokens can be
 * changed at any time. Limiters can be made anywhere, also outside of a run, and shared by tasks of several loops.
 */
@SuppressWarnings("exports") // of a superclass that is not visible outside of this package
public final class CapacityLimiter extends Acquirable<Borrower> {
    /*
     * A borrower is in `borrowers` from the moment it asks, which keeps it from asking twice. `borrowed` counts the tokens
     * in use; the waiting tasks are in `waiters`. A token is granted only while borrowed < total, and only to the first
     * waiter. Each grant checks this anew, so it does not matter how the total was reached.
     *
     * `borrowers` is outside of the critical section. An entry is added before its token is taken and ended before its token
     * comes back. Of two concurrent releases of one entry, exactly one ends it.
     */

    /** An unlimited number of tokens. AnyIO: {@code math.inf}. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final BorrowerTable borrowers = new BorrowerTable();
    private int total; // guarded by waiters
    private int borrowed; // guarded by waiters

    private CapacityLimiter(int totalTokens) {
        this.total = checked(totalTokens);
    }

    /**
     * Returns a limiter with {@code totalTokens} tokens, or with {@link #UNLIMITED}.
     *
     * @throws IllegalArgumentException for a negative number
     */
    public static CapacityLimiter create(int totalTokens) {
        return new CapacityLimiter(totalTokens);
    }

    // ---- borrowing ----

    /** Acquires a token for the current task; see {@link #acquireOnBehalfOf}. A checkpoint. */
    @Override
    public void acquire() {
        acquireOnBehalfOf(TaskRef.current("acquire a token of a limiter"));
    }

    /**
     * Takes a token for {@code borrower}, waiting until one is available. A checkpoint; if a token is available
     * immediately, it lets other tasks run once after taking it. A task to which a token was handed over returns with
     * it, even if it is cancelled before it runs again.
     *
     * @throws io.anyio.Cancelled in a cancelled scope; no token was taken
     * @throws IllegalStateException when the borrower holds a token of this limiter, or a task waits for its token
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public void acquireOnBehalfOf(Object borrower) {
        Checkpoints.ifCancelled("acquire a token of a limiter");
        var entry = new Borrower(borrower);
        try {
            enter(entry);
            if (take(entry)) {
                afterTaking(false);
                return;
            }
            var wait = Suspension.create("CapacityLimiter.acquire");
            entry.waitIn(wait);
            if (mustWait(entry, wait)) {
                waiters.await(wait);
            }
        } catch (Throwable notGranted) { // a cancellation, or a full stack
            entry.over = true; // first, because a call may fail on a full stack
            borrowers.remove(entry);
            throw notGranted;
        }
    }

    /**
     * Acquires a token for the current task if one is available; see {@link #acquireOnBehalfOfNow}. Not a checkpoint.
     */
    public void acquireNow() {
        acquireOnBehalfOfNow(TaskRef.current("acquire a token of a limiter"));
    }

    /**
     * Takes a token for {@code borrower} if one is available and no task waits for it. May be called from any thread.
     * Not a checkpoint.
     *
     * @throws WouldBlockException when no token is available
     * @throws IllegalStateException when the borrower holds a token of this limiter, or a task waits for its token
     */
    public void acquireOnBehalfOfNow(Object borrower) {
        var entry = new Borrower(borrower);
        boolean taken = false;
        try {
            enter(entry);
            taken = take(entry);
        } finally {
            if (!taken) {
                entry.over = true; // first, because a call may fail on a full stack
                borrowers.remove(entry);
            }
        }
        if (!taken) {
            throw new WouldBlockException("CapacityLimiter.acquireNow: no token is available");
        }
    }

    private void enter(Borrower entry) {
        Object borrower = entry.object;
        Borrower other = borrowers.add(entry);
        if (other != null) {
            throw new IllegalStateException(
                    other.holds()
                            ? "The borrower " + borrower + " holds a token of this limiter already, and can hold only"
                                    + " one; to nest, acquire on behalf of another object"
                            : "A task is already waiting for a token of this limiter on behalf of " + borrower
                                    + ", which can hold only one; acquire on behalf of another object");
        }
    }

    @Override
    boolean takeFree(Borrower entry) {
        boolean free = borrowed < total && waiters.isIdle();
        if (free) {
            borrowed++;
            entry.take();
        }
        return free;
    }

    // ---- giving back ----

    /** Releases the token of the current task; see {@link #releaseOnBehalfOf}. Not a checkpoint. */
    @Override
    public void release() {
        releaseOnBehalfOf(TaskRef.current("release a token of a limiter"));
    }

    /**
     * Releases the token of {@code borrower}, which goes to the task that has waited longest, if any. May be called
     * from any thread. Not a checkpoint.
     *
     * @throws IllegalStateException when the borrower holds no token of this limiter
     */
    public void releaseOnBehalfOf(Object borrower) {
        Borrower entry = borrowers.find(borrower);
        if (entry == null) {
            throw notHeld(borrower);
        }
        Suspension next = null;
        boolean held = false;
        waiters.enter();
        try {
            held = entry.holds();
            if (held) {
                next = borrowed <= total ? waiters.claimFirst() : null;
                borrowed -= next == null ? 1 : 0; // after the calls: they may throw on a full stack
                entry.over = true;
            }
        } finally {
            waiters.leave();
        }
        if (!held) {
            throw notHeld(borrower);
        }
        if (next != null) {
            next.wake();
        }
        borrowers.remove(entry);
    }

    private static IllegalStateException notHeld(Object borrower) {
        return new IllegalStateException("The borrower " + borrower + " holds no token of this limiter; release()"
                + " must be called by the task that called acquire(), and releaseOnBehalfOf() with the object that"
                + " the token was acquired for");
    }

    // ---- tokens ----

    /** Returns the number of tokens, or {@link #UNLIMITED}. May be called from any thread. */
    public int totalTokens() {
        waiters.enter();
        int now = total;
        waiters.leave();
        return now;
    }

    /**
     * Changes the number of tokens. If it grows, waiting tasks get the new tokens. If it shrinks, no borrower loses its
     * token, but none is granted until fewer are borrowed than exist. May be called from any thread. Not a checkpoint.
     *
     * @throws IllegalArgumentException for a negative number
     */
    public void setTotalTokens(int newTotal) {
        int wanted = checked(newTotal);
        waiters.enter();
        total = wanted;
        waiters.leave();
        for (Suspension next = claimNext(); next != null; next = claimNext()) {
            next.wake();
        }
    }

    /** Grants a token to the first waiter, if there are both. */
    private @Nullable Suspension claimNext() {
        waiters.enter();
        try {
            Suspension next = borrowed < total ? waiters.claimFirst() : null;
            borrowed += next == null ? 0 : 1;
            return next;
        } finally {
            waiters.leave();
        }
    }

    /** Returns the number of borrowed tokens. May be called from any thread. */
    public int borrowedTokens() {
        waiters.enter();
        int now = borrowed;
        waiters.leave();
        return now;
    }

    /**
     * Returns the number of tokens left, or {@link #UNLIMITED}. Negative if more are borrowed than there are, after the
     * total was lowered. May be called from any thread.
     */
    public int availableTokens() {
        waiters.enter();
        int left = total == UNLIMITED ? UNLIMITED : total - borrowed;
        waiters.leave();
        return left;
    }

    /** Returns the borrowers that hold tokens and the number of waiting tasks. May be called from any thread. */
    public CapacityLimiterStatistics statistics() {
        int nowBorrowed;
        int nowTotal;
        int waiting;
        waiters.enter();
        try {
            nowBorrowed = borrowed;
            nowTotal = total;
            waiting = waiters.size();
        } finally {
            waiters.leave();
        }
        return new CapacityLimiterStatistics(nowBorrowed, nowTotal, borrowers.borrowers(), waiting);
    }

    private static int checked(int tokens) {
        if (tokens < 0) {
            throw new IllegalArgumentException("The number of tokens must be at least 0, not " + tokens);
        }
        return tokens;
    }

    @Override
    public String toString() {
        int now = totalTokens();
        return "CapacityLimiter[" + borrowedTokens() + " of " + (now == UNLIMITED ? "unlimited" : now) + " borrowed]";
    }
}
