package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A fair queue of waiting tasks, on which every primitive is built. For implementers.
 *
 * <p>The queue is also the critical section of its primitive: {@link #enter} and {@link #leave} bracket a few
 * instructions that look at the primitive's state and the queue together. No wait, no wake-up and no call to foreign
 * code may happen in between. A grant is decided inside with {@link #claimFirst}, and the task is woken outside with
 * {@link Suspension#wake}: so what was granted belongs to the waiter at once, and nobody can overtake it.
 *
 * <p>AnyIO has no counterpart; closest is trio's {@code lowlevel.ParkingLot}.
 */
public final class WaitQueue extends SpinLock {
    private static final VarHandle ORDER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "order", VarHandle.class, WaitQueue.class, long.class);
    private static final AtomicLong ORDERS = new AtomicLong();

    /*
     * On a full stack a section that has begun may be unable to call leave(), see StackRoom. Entering checks for room while
     * tasks wait, because then the section wakes them. Otherwise it checks for as long as the code of the section may not be
     * compiled; compiled, a section that wakes no task calls nothing that checks the stack.
     */

    private static final int PROVEN =
            10_000; // times that a section was entered, when its code is compiled at the latest

    private int unproven = PROVEN; // roughly; any thread
    private @Nullable Suspension first; // guarded by this
    private @Nullable Suspension last; // guarded by this
    private volatile long order; // given by the first select; 0 before

    private WaitQueue() {}

    /** An empty queue. */
    public static WaitQueue create() {
        return new WaitQueue();
    }

    /** Begins the critical section. Spins, never parks; must be left soon with {@link #leave}. */
    public void enter() {
        if (first != null || unproven > 0) { // both are hints: see there
            unproven--;
            StackRoom.requireForSection();
        }
        lock();
    }

    /** Ends the critical section. */
    public void leave() {
        unlock();
    }

    /** The place of this queue among all, for whoever enters several: a smaller one first. */
    long order() {
        if (order == 0) {
            ORDER.compareAndSet(this, 0L, ORDERS.incrementAndGet());
        }
        return order;
    }

    /** Puts a wait at the end. Inside the critical section only. */
    public void add(Suspension wait) {
        wait.queue = this;
        wait.prev = last;
        if (last == null) {
            first = wait;
        } else {
            last.next = wait;
        }
        last = wait;
    }

    /**
     * Takes out the oldest wait that can still be resumed and claims it; cancelled ones before it are dropped. Inside
     * the critical section only; whoever gets a suspension must call {@link Suspension#wake} after leaving it.
     */
    public @Nullable Suspension claimFirst() {
        for (Suspension wait = first; wait != null; wait = first) {
            boolean claimed = wait.claim(); // first, because it may throw on a full stack
            unlink(wait);
            if (claimed) {
                return wait;
            }
        }
        return null;
    }

    /** Whether nobody waits who could still be resumed. Inside the critical section only. */
    public boolean isIdle() {
        for (Suspension wait = first; wait != null; wait = wait.next) {
            if (wait.isPending()) {
                return false;
            }
        }
        return true;
    }

    /** How many wait; those who were cancelled until they leave. Inside the critical section only. */
    public int size() {
        int size = 0;
        for (Suspension wait = first; wait != null; wait = wait.next) {
            if (wait.isWaiting()) {
                size++;
            }
        }
        return size;
    }

    /** Removes a wait that was aborted. Outside of the critical section; nothing happens when it is not queued. */
    public void remove(Suspension wait) {
        lock();
        try {
            if (wait.queue == this) {
                unlink(wait);
            }
        } finally {
            unlock();
        }
    }

    /**
     * Waits, and leaves the queue when cancelled. Outside of the critical section, after {@link #add}. A checkpoint.
     */
    public void await(Suspension wait) {
        try {
            wait.await();
        } catch (Throwable notResumed) { // a cancellation, or a full stack
            remove(wait);
            throw notResumed;
        }
    }

    /** Wakes everybody in the order of arrival. Outside of the critical section. */
    public void wakeAll() {
        while (true) {
            lock();
            Suspension wait;
            try {
                wait = claimFirst();
            } finally {
                unlock();
            }
            if (wait == null) {
                return;
            }
            wait.wake();
        }
    }

    private void unlink(Suspension wait) {
        if (wait.prev == null) {
            first = wait.next;
        } else {
            wait.prev.next = wait.next;
        }
        if (wait.next == null) {
            last = wait.prev;
        } else {
            wait.next.prev = wait.prev;
        }
        wait.next = null;
        wait.prev = null;
        wait.queue = null;
    }
}
