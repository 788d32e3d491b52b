package io.anyio.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * Sees to it that a group which a {@code loopFactory} returns is for one run only: that run shuts it down, which would
 * pull the ground from under everybody else who uses it.
 */
final class GroupsInUse {
    private static final Use FREE = new Use(false, 0);

    /**
     * The loops of the runs that are under way, and those that runtimes are attached to; the loops of earlier runs are
     * known by having been shut down. A map is never changed: a group is taken with all of its loops or with none.
     */
    private static final AtomicReference<Map<EventExecutor, Use>> LOOPS = new AtomicReference<>(Map.of());

    /**
     * Who uses a loop.
     *
     * @param byRun whether a run does that shuts it down
     * @param attached how many runtimes do
     */
    private record Use(boolean byRun, int attached) {}

    private GroupsInUse() {}

    /**
     * Reserves a group for a run.
     *
     * @throws IllegalStateException when it is or was in use
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
                            + ", so somebody else uses it. A run shuts its group"
                            + " down at the end; to run tasks on event loops that are not yours, use NettyRuntime.attach");
        }
        change(group, use -> {
            if (use.byRun()) {
                throw refused(group, "is used by another run; return a new group each time");
            }
            if (use.attached() > 0) {
                throw refused(
                        group,
                        "is attached to: a NettyRuntime has tasks on its loops, and the run would shut them down. Start"
                                + " the tasks in that runtime, or return a new group each time");
            }
            return new Use(true, 0);
        });
    }

    /** Gives back what {@link #add} has reserved. */
    static void remove(EventLoopGroup group) {
        change(group, use -> new Use(false, use.attached()));
    }

    /** Notes that a runtime has tasks on the loops of a group, which others may share. */
    static void attach(EventLoopGroup group) {
        change(group, use -> new Use(use.byRun(), use.attached() + 1));
    }

    /** Undoes one {@link #attach}. */
    static void detach(EventLoopGroup group) {
        change(group, use -> new Use(use.byRun(), Math.max(0, use.attached() - 1))); // forgotten if it has terminated
    }

    /** Whether a loop of the group takes no tasks any more. A group says so of itself only when all of them do not. */
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
            // a runtime that nobody closes must not hold on to loops that have ended
            after.entrySet()
                    .removeIf(use -> use.getValue().equals(FREE) || use.getKey().isTerminated());
            return after;
        });
    }

    private static IllegalStateException refused(EventLoopGroup group, String why) {
        return new IllegalStateException("The event loop group that loopFactory returned " + why + " (" + group + ")");
    }
}
