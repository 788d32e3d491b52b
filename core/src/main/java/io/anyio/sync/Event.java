package io.anyio.sync;

import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.select.SelectClause;
import org.jspecify.annotations.Nullable;

/**
 * A flag that is set once, and that tasks can wait for. AnyIO: {@code Event}.
 *
 * <p>Events can be made anywhere, also outside of a run. An event cannot be cleared; make a new one instead.
 */
public final class Event {
    private final WaitQueue waiters = WaitQueue.create();
    private volatile boolean set; // set by any thread

    private Event() {}

    /** Returns an event that is not set. */
    public static Event create() {
        return new Event();
    }

    /**
     * Sets the flag and wakes all waiters in order of arrival. Idempotent. May be called from any thread. Not a
     * checkpoint.
     */
    public void set() {
        set = true;
        waiters.wakeAll();
    }

    /** Whether the flag is set. May be called from any thread. */
    public boolean isSet() {
        return set;
    }

    /**
     * Waits until the flag is set. A checkpoint, also if it is set already. A task that was woken by {@link #set}
     * returns, even if it is cancelled before it runs again.
     *
     * @throws io.anyio.Cancelled in a cancelled scope
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public void await() {
        if (set) {
            Checkpoints.fast("wait for an event");
            return;
        }
        Checkpoints.ifCancelled("wait for an event");
        var wait = Suspension.create("Event.await");
        waiters.enter();
        try {
            if (set) {
                return;
            }
            waiters.add(wait);
        } finally {
            waiters.leave();
        }
        waiters.await(wait);
    }

    /** Returns {@link #await} as a clause of a {@link io.anyio.select.Select}. */
    public SelectClause<@Nullable Void> onSet() {
        return SelectClause.of(waiters, () -> set, () -> null);
    }

    /** Returns the number of waiting tasks. May be called from any thread. */
    public EventStatistics statistics() {
        waiters.enter();
        try {
            return new EventStatistics(waiters.size());
        } finally {
            waiters.leave();
        }
    }

    @Override
    public String toString() {
        return "Event[" + (set ? "set" : "not set") + "]";
    }
}
