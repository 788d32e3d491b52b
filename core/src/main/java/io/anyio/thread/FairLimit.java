package io.anyio.thread;

import io.anyio.Suspension;
import io.anyio.WaitQueue;

/**
 * At most so many at a time; the others wait in the order in which they came. Slots may be given back by any thread.
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

    /** A limit of {@code slots}, which is at least 1. */
    public static FairLimit of(int slots) {
        if (slots < 1) {
            throw new IllegalArgumentException("A limit needs at least one slot, not " + slots);
        }
        return new FairLimit(slots);
    }

    /**
     * Takes a slot, and waits for one if there is none. Cancellable while it waits; takes a free slot without looking
     * at cancellation.
     */
    public void acquire(String what) {
        var wait = Suspension.create(what);
        waiting.enter();
        try {
            if (free > 0) { // then no task waits: a returned slot goes to the first waiter
                free--;
                return;
            }
            waiting.add(wait);
        } finally {
            waiting.leave();
        }
        waiting.await(wait);
    }

    /** Gives a slot back. Any thread; does not wait. */
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
