package io.anyio.sync;

import io.anyio.Checkpoints;
import io.anyio.Suspension;
import io.anyio.TaskRef;
import io.anyio.WouldBlockException;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many do something at a time: a number of tokens, of which each borrower can hold one.
 *
 * <p>AnyIO: {@code CapacityLimiter}.
 *
 * <pre>{@code
 * var limiter = CapacityLimiter.create(10);
 * limiter.run(() -> fetch(url));               // at most ten at a time
 * }</pre>
 *
 * <p>The borrower is the current task, or any object for which a token is taken on its behalf; objects are told apart
 * by {@code equals}. Waiting tasks get tokens in the order of arrival, and nobody can overtake them. The number of
 * tokens can be changed at any time. Can be made anywhere, also outside of a run; can be shared by tasks of several
 * loops.
 */
@SuppressWarnings("exports") // of a superclass that nobody outside can name
public final class CapacityLimiter extends Acquirable<Loan> {
    /*
     * A borrower is in `loans` from the moment it asks: that keeps it from asking twice. How many tokens are out is
     * counted in `borrowed`; those who wait stand in `waiters`. A token is granted only while borrowed < total, and to the
     * first waiter: that is looked at anew for each token, so it does not matter how the total came about.
     *
     * `loans` is outside of the critical section. A loan is entered before its token is taken and struck out before its
     * token comes back: of two who release it, one strikes it out.
     */

    /** As many tokens as anybody asks for. AnyIO: {@code math.inf}. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final Loans loans = new Loans();
    private int total; // guarded by waiters
    private int borrowed; // guarded by waiters

    private CapacityLimiter(int totalTokens) {
        this.total = checked(totalTokens);
    }

    /**
     * A limiter with {@code totalTokens} tokens, or with {@link #UNLIMITED}.
     *
     * @throws IllegalArgumentException for a negative number
     */
    public static CapacityLimiter create(int totalTokens) {
        return new CapacityLimiter(totalTokens);
    }

    // ---- borrowing ----

    /** {@link #acquireOnBehalfOf} for the current task. A checkpoint. */
    @Override
    public void acquire() {
        acquireOnBehalfOf(TaskRef.current("acquire a token of a limiter"));
    }

    /**
     * Takes a token for {@code borrower}, waiting until there is one. A checkpoint; when there is one, it lets others
     * run once after it was taken. A task to which a token was handed over returns with it, even if it is cancelled
     * before it runs again.
     *
     * @throws io.anyio.Cancelled in a cancelled scope; no token was taken
     * @throws IllegalStateException when the borrower holds a token of this limiter, or when a task waits for one on
     *     its behalf
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public void acquireOnBehalfOf(Object borrower) {
        Checkpoints.ifCancelled("acquire a token of a limiter");
        Loan loan = enter(borrower);
        try {
            if (take(loan)) {
                afterTaking(false);
                return;
            }
            var wait = Suspension.create("CapacityLimiter.acquire");
            loan.waitIn(wait);
            if (mustWait(loan, wait)) {
                waiters.await(wait);
            }
        } catch (Throwable notGranted) { // a cancellation, or a full stack
            loan.over = true; // first, because it is no call
            loans.remove(loan);
            throw notGranted;
        }
    }

    /** {@link #acquireOnBehalfOfNow} for the current task. Not a checkpoint. */
    public void acquireNow() {
        acquireOnBehalfOfNow(TaskRef.current("acquire a token of a limiter"));
    }

    /**
     * Takes a token for {@code borrower} if there is one for which nobody waits. Any thread; not a checkpoint.
     *
     * @throws WouldBlockException when there is none
     * @throws IllegalStateException when the borrower holds a token of this limiter, or when a task waits for one on
     *     its behalf
     */
    public void acquireOnBehalfOfNow(Object borrower) {
        Loan loan = enter(borrower);
        if (!take(loan)) {
            loan.over = true;
            loans.remove(loan);
            throw new WouldBlockException("CapacityLimiter.acquireNow: there is no token");
        }
    }

    private Loan enter(Object borrower) {
        var loan = new Loan(borrower);
        Loan other = loans.add(loan);
        if (other != null) {
            throw new IllegalStateException(
                    other.holds()
                            ? "The borrower " + borrower + " holds a token of this limiter already, and can hold only"
                                    + " one; to nest, acquire on behalf of another object"
                            : "A task waits already for a token of this limiter on behalf of " + borrower
                                    + ", which can hold only one; acquire on behalf of another object");
        }
        return loan;
    }

    @Override
    boolean takeFree(Loan loan) {
        boolean free = borrowed < total && waiters.isIdle();
        if (free) {
            borrowed++;
            loan.take();
        }
        return free;
    }

    // ---- giving back ----

    /** {@link #releaseOnBehalfOf} for the current task. Not a checkpoint. */
    @Override
    public void release() {
        releaseOnBehalfOf(TaskRef.current("release a token of a limiter"));
    }

    /**
     * Gives the token of {@code borrower} to the task that has waited longest, or back. Any thread; not a checkpoint.
     *
     * @throws IllegalStateException when the borrower holds no token of this limiter
     */
    public void releaseOnBehalfOf(Object borrower) {
        Loan loan = loans.find(borrower);
        if (loan == null) {
            throw notHeld(borrower);
        }
        Suspension next = null;
        boolean held = false;
        waiters.enter();
        try {
            held = loan.holds();
            if (held) {
                next = borrowed <= total ? waiters.claimFirst() : null;
                borrowed -= next == null ? 1 : 0; // after the calls: they may throw on a full stack
                loan.over = true;
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
        loans.remove(loan);
    }

    private static IllegalStateException notHeld(Object borrower) {
        return new IllegalStateException("The borrower " + borrower + " holds no token of this limiter; release()"
                + " must be called by the task that called acquire(), and releaseOnBehalfOf() with the object that"
                + " the token was acquired for");
    }

    // ---- tokens ----

    /** How many tokens there are, or {@link #UNLIMITED}. Any thread. */
    public int totalTokens() {
        waiters.enter();
        int now = total;
        waiters.leave();
        return now;
    }

    /**
     * Changes how many tokens there are. With more, those who wait get some; with fewer, nobody loses a token, but
     * nobody gets one until fewer are borrowed than there are. Any thread; not a checkpoint.
     *
     * @throws IllegalArgumentException for a negative number
     */
    public void totalTokens(int newTotal) {
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

    /** How many tokens are borrowed. Any thread. */
    public int borrowedTokens() {
        waiters.enter();
        int now = borrowed;
        waiters.leave();
        return now;
    }

    /**
     * How many tokens are left, or {@link #UNLIMITED}. Negative when more are borrowed than there are, after the total
     * was lowered. Any thread.
     */
    public int availableTokens() {
        waiters.enter();
        int left = total == UNLIMITED ? UNLIMITED : total - borrowed;
        waiters.leave();
        return left;
    }

    /** Who holds tokens and how many tasks wait. Any thread. */
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
        return new CapacityLimiterStatistics(nowBorrowed, nowTotal, loans.borrowers(), waiting);
    }

    private static int checked(int tokens) {
        if (tokens < 0) {
            throw new IllegalArgumentException("A limiter has 0 tokens or more, not " + tokens);
        }
        return tokens;
    }

    @Override
    public String toString() {
        int now = totalTokens();
        return "CapacityLimiter[" + borrowedTokens() + " of " + (now == UNLIMITED ? "unlimited" : now) + " borrowed]";
    }
}
