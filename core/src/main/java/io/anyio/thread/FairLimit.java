package io.anyio.thread;

import io.anyio.Suspension;
import io.anyio.WaitQueue;

/**
 * A fair limit on the number of tasks that do something at the same time. Further tasks wait in the order of arrival.
 *
 * <p>AnyIO has no counterpart; see {@code CapacityLimiter}.
 */
public final class FairLimit {
    private final WaitQueue waiting = WaitQueue.create();
    private final int slots;
    private int free; // guarded by the queue

    private FairLimit(int slots) {
        this.slots = slots;
        this.free = slots;
    }

    /** Returns a limit of {@code slots} tasks, which must be at least 1. */
    public static FairLimit of(int slots) {
        if (slots < 1) {
            throw new IllegalArgumentException("A limit needs at least one slot, not " + slots);
        }
        return new FairLimit(slots);
    }

    /**
     * Takes a slot, or waits for one if none is free. Can be cancelled while it waits; takes a free slot without
     * checking for a cancellation.
     */
    public void acquire(String what) {
        var wait = Suspension.create(what);
        waiting.enter();
        try {
            if (free > 0) { // no task waits, because a returned slot goes to the first waiter
                free--;
                return;
            }
            waiting.add(wait);
        } finally {
            waiting.leave();
        }
        waiting.await(wait);
    }

    /** Releases a slot. Does not wait. May be called from any thread. */
    public void release() {
        Suspension next;
        waiting.enter();
        try {
            next = waiting.claimFirst();
            if (next == null) {
                free++;
            }
        } finally {
            waiting.leave();
        }
        if (next != null) {
            next.wake();
        }
    }

    @Override
    public String toString() {
        return "FairLimit[" + slots + "]";
    }
}
