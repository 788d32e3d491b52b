package io.anyio.lowlevel;

import io.anyio.internal.Wait;
import io.anyio.internal.WaitList;
import org.jspecify.annotations.Nullable;

/**
 * A fair queue of waiting tasks, the basis of every primitive. For implementers of primitives.
 *
 * <p>The queue is also the critical section of its primitive: {@link #enter} and {@link #leave} enclose a few
 * instructions that access the primitive's state and the queue together. No wait, no wake-up and no call to foreign
 * code may occur in between. A grant is decided inside with {@link #claimFirst}, and the task is woken outside with
 * {@link Suspension#wake}. What was granted therefore belongs to the waiter immediately, and no task can overtake it.
 *
 * <p>AnyIO has no counterpart; closest is trio's {@code lowlevel.ParkingLot}.
 */
public final class WaitQueue {
    private final WaitList list = WaitList.create();

    private WaitQueue() {}

    /** Creates an empty queue. */
    public static WaitQueue create() {
        return new WaitQueue();
    }

    /** Begins the critical section. Spins, never parks. {@link #leave} must follow soon. */
    public void enter() {
        list.enter();
    }

    /** Ends the critical section. */
    public void leave() {
        list.leave();
    }

    /** Adds a wait at the end. Inside the critical section only. */
    public void add(Suspension wait) {
        list.add(wait.inner());
    }

    /**
     * Removes and claims the oldest wait that can still be resumed, or returns null. Cancelled waits before it are
     * removed. Inside the critical section only; {@link Suspension#wake} of the result must follow after leaving it.
     */
    public @Nullable Suspension claimFirst() {
        Wait first = list.claimFirst();
        return first == null ? null : Suspension.of(first);
    }

    /** Returns whether no wait in the queue can still be resumed. Inside the critical section only. */
    public boolean isIdle() {
        return list.isIdle();
    }

    /** Returns the number of waiting tasks; cancelled ones count until they leave. Inside the critical section only. */
    public int size() {
        return list.size();
    }

    /** Removes a wait that was aborted. Does nothing when it is not queued. Outside of the critical section. */
    public void remove(Suspension wait) {
        list.remove(wait.inner());
    }

    /**
     * Waits until {@code wait} is resumed, and removes it from the queue when cancelled. Outside of the critical
     * section, after {@link #add}. A checkpoint.
     */
    public void await(Suspension wait) {
        list.await(wait.inner());
    }

    /** Resumes all waits in the order of arrival. Outside of the critical section. */
    public void wakeAll() {
        list.wakeAll();
    }

    /** Returns the list for which this object stands. */
    WaitList inner() {
        return list;
    }
}
