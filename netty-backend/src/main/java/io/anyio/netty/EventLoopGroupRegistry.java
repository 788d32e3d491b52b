package io.anyio.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * Ensures that a group returned by a {@code loopFactory} is used by one run only. That run shuts the group down, which
 * would break all its other users.
 */
final class EventLoopGroupRegistry {
    private static final Use FREE = new Use(false, 0);

    /**
     * The loops of current runs and of attached runtimes. The loops of earlier runs are recognized by their shutdown. A
     * map is never modified: either all loops of a group are taken or none.
     */
    private static final AtomicReference<Map<EventExecutor, Use>> LOOPS = new AtomicReference<>(Map.of());

    /**
     * The users of a loop.
     *
     * @param byRun whether a run uses it, which will shut it down
     * @param attached the number of attached runtimes
     */
    private record Use(boolean byRun, int attached) {}

    private EventLoopGroupRegistry() {}

    /**
     * Reserves a group for a run.
     *
     * @throws IllegalStateException if the group is or was in use
     */
    static void add(EventLoopGroup group) {
        if (isShutDown(group)) {
            throw refused(group, "was shut down, as at the end of an earlier run; return a new group each time");
        }
        int channels = 0;
        for (EventExecutor loop : group) {
            channels += RegisteredChannels.of(loop);
        }
        if (channels > 0) {
            throw refused(
                    group,
                    "has " + channels + (channels == 1 ? " registered channel" : " registered channels")
                            + ", so other code uses it. A run shuts its group down at the end. Return a new group each"
                            + " time, or use NettyRuntime.attach to run tasks on event loops of other code");
        }
        change(group, use -> {
            if (use.byRun()) {
                throw refused(group, "is used by another run; return a new group each time");
            }
            if (use.attached() > 0) {
                throw refused(
                        group,
                        "is in use: a NettyRuntime is attached to it, and the run would shut it down. Start"
                                + " the tasks in that runtime, or return a new group each time");
            }
            return new Use(true, 0);
        });
    }

    /** Releases what {@link #add} has reserved. */
    static void remove(EventLoopGroup group) {
        change(group, use -> new Use(false, use.attached()));
    }

    /** Records that a runtime has tasks on the loops of a group, which others may share. */
    static void attach(EventLoopGroup group) {
        change(group, use -> new Use(use.byRun(), use.attached() + 1));
    }

    /** Undoes one {@link #attach}. */
    static void detach(EventLoopGroup group) {
        change(group, use -> new Use(use.byRun(), Math.max(0, use.attached() - 1))); // no entry if it has terminated
    }

    /** Returns whether a loop of the group accepts no more tasks; the group itself reports this only for all loops. */
    static boolean isShutDown(EventLoopGroup group) {
        if (group.isShuttingDown()) {
            return true;
        }
        for (EventExecutor loop : group) {
            if (loop.isShuttingDown()) {
                return true;
            }
        }
        return false;
    }

    private static void change(EventLoopGroup group, UnaryOperator<Use> change) {
        LOOPS.updateAndGet(before -> {
            Map<EventExecutor, Use> after = new HashMap<>(before);
            for (EventExecutor loop : group) {
                after.put(loop, change.apply(after.getOrDefault(loop, FREE)));
            }
            // a runtime that is never closed must not retain loops that have ended
            after.entrySet()
                    .removeIf(use -> use.getValue().equals(FREE) || use.getKey().isTerminated());
            return after;
        });
    }

    private static IllegalStateException refused(EventLoopGroup group, String why) {
        return new IllegalStateException("The event loop group that loopFactory returned " + why + " (" + group + ")");
    }
}
