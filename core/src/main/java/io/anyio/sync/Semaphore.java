package io.anyio.sync;

import io.anyio.WouldBlockException;
import io.anyio.lowlevel.Suspension;
import io.anyio.select.SelectClause;
import org.jspecify.annotations.Nullable;

/**
 * A counting semaphore: a number of slots that tasks acquire and release. AnyIO: {@code Semaphore}.
 *
 * <p>Slots have no owner: any task or thread may release one, even if it has never acquired any. To limit the number of
 * concurrent users of something, prefer {@link CapacityLimiter}, because it detects mistakes.
 *
 * <p>Waiting tasks get slots in the order of arrival and cannot be overtaken. Semaphores can be made anywhere, also
 * outside of a run, and shared by tasks of several loops.
 */
public final class Semaphore extends Acquirable<Semaphore> {
    /*
     * A release hands the slot to the first waiter inside the critical section. So a semaphore with slots left has no
     * waiter that could still be resumed, and any task that finds a slot may take it.
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
     * Returns a semaphore with {@code initialValue} slots and no maximum.
     *
     * @throws IllegalArgumentException for a negative number
     */
    public static Semaphore create(int initialValue) {
        return new Semaphore(initialValue, UNLIMITED, false);
    }

    /**
     * Returns a semaphore that never has more than {@code maxValue} slots.
     *
     * @throws IllegalArgumentException for a negative number, or a maximum less than the initial value
     */
    public static Semaphore create(int initialValue, int maxValue) {
        return new Semaphore(initialValue, maxValue, false);
    }

    /**
     * Returns a semaphore as {@link #create(int)}, but if a slot is available, {@link #acquire} lets other tasks run
     * only if the calling task has kept them waiting for 10 ms. AnyIO: {@code fast_acquire=True}.
     */
    public static Semaphore fast(int initialValue) {
        return new Semaphore(initialValue, UNLIMITED, true);
    }

    /** Returns a semaphore as {@link #fast(int)}, with a maximum as in {@link #create(int, int)}. */
    public static Semaphore fast(int initialValue, int maxValue) {
        return new Semaphore(initialValue, maxValue, true);
    }

    /**
     * Acquires a slot, waiting until one is available. A checkpoint; if a slot is available immediately, it lets other
     * tasks run once after taking it, unless the semaphore is {@linkplain #fast(int) fast}. A task to which a slot was
     * handed over returns with it, even if it is cancelled before it runs again.
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
     * Acquires a slot if one is available. May be called from any thread. Not a checkpoint.
     *
     * @throws WouldBlockException when no slot is available
     */
    public void acquireNow() {
        if (!take(this)) {
            throw new WouldBlockException("Semaphore.acquireNow: no slot is available");
        }
    }

    /**
     * Returns {@link #acquire} as a clause of a {@link io.anyio.select.Select}. If this clause is selected, a slot is
     * taken; {@link #release} it afterwards.
     */
    public SelectClause<@Nullable Void> onAcquire() {
        return SelectClause.of(waiters, () -> takeFree(this), () -> null);
    }

    @Override
    boolean takeFree(Semaphore taker) {
        boolean free = value > 0;
        if (free) {
            value--;
        }
        return free;
    }

    /**
     * Releases a slot to the task that has waited longest, if any. May be called from any thread. Not a checkpoint.
     *
     * @throws IllegalStateException when the semaphore already has its maximum of slots
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
            throw new IllegalStateException("This semaphore already has all its " + maxValue
                    + " slots; call release() only once for each acquire()");
        }
        if (next != null) {
            next.wake();
        }
    }

    /** Returns the number of slots that can be taken now. May be called from any thread. */
    public int value() {
        waiters.enter();
        int now = value;
        waiters.leave();
        return now;
    }

    /** Returns the maximum number of slots; {@link #UNLIMITED} for any number. May be called from any thread. */
    public int maxValue() {
        return maxValue;
    }

    /** Returns the number of waiting tasks. May be called from any thread. */
    public SemaphoreStatistics statistics() {
        return new SemaphoreStatistics(waiting());
    }

    @Override
    public String toString() {
        return "Semaphore[" + value() + " of " + (maxValue == UNLIMITED ? "unlimited" : maxValue) + "]";
    }
}
