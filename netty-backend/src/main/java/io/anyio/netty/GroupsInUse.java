package io.anyio.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees to it that a group which a {@code loopFactory} returns is for one run only: that run shuts it down, which would
 * pull the ground from under everybody else who uses it.
 */
final class GroupsInUse {

    /** The loops of the runs that are under way; those of earlier runs are known by having been shut down. */
    private static final Set<EventExecutor> LOOPS = ConcurrentHashMap.newKeySet();

    private GroupsInUse() {}

    /**
     * Reserves a group.
     *
     * @throws IllegalStateException when it is or was in use
     */
    static void add(EventLoopGroup group) {
        if (group.isShuttingDown()) {
            throw refused(group, "was shut down, as at the end of an earlier run; return a new group each time");
        }
        int channels = 0;
        for (EventExecutor loop : group) {
            channels += RegisteredChannels.of(loop);
        }
        if (channels > 0) {
            throw refused(
                    group,
                    "has " + channels + " registered channels, so somebody else uses it. A run shuts its group"
                            + " down at the end; to run tasks on event loops that are not yours, use NettyRuntime.attach");
        }
        for (EventExecutor loop : group) {
            if (!LOOPS.add(loop)) {
                throw refused(group, "is used by another run; return a new group each time");
            }
        }
    }

    static void remove(EventLoopGroup group) {
        for (EventExecutor loop : group) {
            LOOPS.remove(loop);
        }
    }

    private static IllegalStateException refused(EventLoopGroup group, String why) {
        return new IllegalStateException("The event loop group that loopFactory returned " + why + " (" + group + ")");
    }
}
