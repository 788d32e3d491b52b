package io.anyio.sync;

import io.anyio.Checkpoints;
import io.anyio.SelectClause;
import io.anyio.Suspension;
import io.anyio.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * A flag that is raised once, and that tasks can wait for. AnyIO: {@code Event}.
 *
 * <p>Can be made anywhere, also outside of a run. There is no way to lower the flag: make a new event instead.
 */
public final class Event {
    private final WaitQueue waiters = WaitQueue.create();
    private volatile boolean set; // raised by any thread

    private Event() {}

    /** An event that is not set. */
    public static Event create() {
        return new Event();
    }

    /** Raises the flag and wakes all waiters, in the order of arrival. Any thread; idempotent; not a checkpoint. */
    public void set() {
        set = true;
        waiters.wakeAll();
    }

    /** Whether the flag is up. */
    public boolean isSet() {
        return set;
    }

    /**
     * Waits for the flag. A checkpoint, also when it is up. A task that was woken by {@link #set} returns, even if it
     * is cancelled before it runs again.
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

    /** {@link #await} as one of several things that a {@link io.anyio.Select} waits for. */
    public SelectClause<@Nullable Void> onSet() {
        return SelectClause.of(waiters, () -> set, () -> null);
    }

    /** How many tasks wait. */
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
