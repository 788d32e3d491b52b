package io.anyio.sync;

import io.anyio.SelectClause;
import io.anyio.Suspension;
import io.anyio.WouldBlockException;
import org.jspecify.annotations.Nullable;

/**
 * A number of slots that tasks take and give back. AnyIO: {@code Semaphore}.
 *
 * <p>Slots belong to nobody: any task or thread may give one back, also one that has never taken any. To limit how many
 * do something at a time, {@link CapacityLimiter} is the better tool, because it notices mistakes.
 *
 * <p>Waiting tasks get slots in the order of arrival, and nobody can overtake them. Can be made anywhere, also outside
 * of a run; can be shared by tasks of several loops.
 */
public final class Semaphore extends Acquirable<Semaphore> {
    /*
     * A release hands the slot to the first waiter, inside the critical section: with slots left there are no waiters
     * who could still be resumed, so whoever finds one may take it.
     */

    /** The maximum of a semaphore that was made without one. AnyIO: {@code None}. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final int maxValue;
    private final boolean fastAcquire;
    private int value; // guarded by waiters

    private Semaphore(int initialValue, int maxValue, boolean fastAcquire) {
        if (initialValue < 0) {
            throw new IllegalArgumentException("A semaphore's initial value must be at least 0, not " + initialValue);
        }
        if (maxValue < initialValue) {
            throw new IllegalArgumentException(
                    "A semaphore's maximum must be at least its initial value " + initialValue + ", not " + maxValue);
        }
        this.value = initialValue;
        this.maxValue = maxValue;
        this.fastAcquire = fastAcquire;
    }

    /**
     * A semaphore with {@code initialValue} slots, and no maximum.
     *
     * @throws IllegalArgumentException for a negative number
     */
    public static Semaphore create(int initialValue) {
        return new Semaphore(initialValue, UNLIMITED, false);
    }

    /**
     * A semaphore that never has more than {@code maxValue} slots.
     *
     * @throws IllegalArgumentException for a negative number, or a maximum less than the initial value
     */
    public static Semaphore create(int initialValue, int maxValue) {
        return new Semaphore(initialValue, maxValue, false);
    }

    /**
     * {@link #create(int)}, but if there is a slot, {@link #acquire} lets others run only when the task has kept them
     * waiting for 10 ms. AnyIO: {@code fast_acquire=True}.
     */
    public static Semaphore fast(int initialValue) {
        return new Semaphore(initialValue, UNLIMITED, true);
    }

    /** {@link #create(int, int)}, but {@link #acquire} does not let others run when there is a slot. */
    public static Semaphore fast(int initialValue, int maxValue) {
        return new Semaphore(initialValue, maxValue, true);
    }

    /**
     * Takes a slot, waiting until there is one. A checkpoint; when there is one, it lets others run once after it was
     * taken, unless the semaphore is {@linkplain #fast(int) fast}. A task to which a slot was handed over returns with
     * it, even if it is cancelled before it runs again.
     *
     * @throws io.anyio.Cancelled in a cancelled scope; no slot was taken
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    @Override
    public void acquire() {
        beforeTaking(fastAcquire, "acquire a slot of a semaphore");
        if (take(this)) {
            afterTaking(fastAcquire);
            return;
        }
        var wait = Suspension.create("Semaphore.acquire");
        if (mustWait(this, wait)) {
            waiters.await(wait);
        }
    }

    /**
     * Takes a slot if there is one. Any thread; not a checkpoint.
     *
     * @throws WouldBlockException when there is none
     */
    public void acquireNow() {
        if (!take(this)) {
            throw new WouldBlockException("Semaphore.acquireNow: there is no slot");
        }
    }

    /**
     * {@link #acquire} as one of several things that a {@link io.anyio.Select} waits for. A slot is taken if this is
     * the clause that is chosen; give it back with {@link #release}.
     */
    public SelectClause<@Nullable Void> onAcquire() {
        return SelectClause.of(waiters, () -> takeFree(this), () -> null);
    }

    @Override
    boolean takeFree(Semaphore forNobody) {
        boolean free = value > 0;
        if (free) {
            value--;
        }
        return free;
    }

    /**
     * Gives a slot to the task that has waited longest, or adds one. Any thread; not a checkpoint.
     *
     * @throws IllegalStateException when there are as many slots as there may be
     */
    @Override
    public void release() {
        Suspension next = null;
        boolean full = false;
        waiters.enter();
        try {
            full = value >= maxValue;
            next = full ? null : waiters.claimFirst();
            value += full || next != null ? 0 : 1;
        } finally {
            waiters.leave();
        }
        if (full) {
            throw new IllegalStateException("This semaphore has all its " + maxValue
                    + " slots already; release() was called more often than acquire()");
        }
        if (next != null) {
            next.wake();
        }
    }

    /** How many slots can be taken now. Any thread. */
    public int value() {
        waiters.enter();
        int now = value;
        waiters.leave();
        return now;
    }

    /** How many slots there may be at most; {@link #UNLIMITED} for any number. Any thread. */
    public int maxValue() {
        return maxValue;
    }

    /** How many tasks wait. Any thread. */
    public SemaphoreStatistics statistics() {
        return new SemaphoreStatistics(waiting());
    }

    @Override
    public String toString() {
        return "Semaphore[" + value() + " of " + (maxValue == UNLIMITED ? "unlimited" : maxValue) + "]";
    }
}
