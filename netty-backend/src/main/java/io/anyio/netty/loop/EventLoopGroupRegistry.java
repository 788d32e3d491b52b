package io.anyio.netty.loop;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The users of the event loops of this process. Ensures that a group returned by a {@code loopFactory} is used by one
 * run only, which shuts it down and would break all its other users, and that at most one runtime is attached to a
 * loop. May be called from any thread; never waits.
 */
public final class EventLoopGroupRegistry {
    private static final Use FREE = new Use(false, null);

    /**
     * The loops of current runs and of attached runtimes. The loops of earlier runs are recognized by their shutdown. A
     * map is never modified: either all loops of a group are taken or none.
     */
    private static final AtomicReference<Map<EventExecutor, Use>> LOOPS = new AtomicReference<>(Map.of());

    /**
     * The users of a loop.
     *
     * @param byRun whether a run uses it, which will shut it down
     * @param by the runtime that is attached to it, or null
     */
    private record Use(boolean byRun, @Nullable Attachment by) {}

    /**
     * A runtime, of which only this is known here.
     *
     * @param isOpen returns whether it takes new tasks
     */
    private record Attached(Object runtime, BooleanSupplier isOpen) {}

    /** The place of one runtime, taken before the runtime is made. It is left at the end of the runtime. */
    public static final class Attachment {
        private volatile @Nullable Attached attached; // set once, by the thread that attaches

        private Attachment() {}

        /** Sets the runtime, which {@link #runtimeOf} finds from now on. */
        public void set(Object runtime, BooleanSupplier isOpen) {
            attached = new Attached(runtime, isOpen);
        }

        /** Says which runtime this is and what to do to attach another one. */
        private String describe() {
            Attached known = attached;
            if (known == null) {
                return "which another thread is attaching a runtime to at the moment. Attach once, and use"
                        + " NettyRuntime.of(channel) to find the runtime";
            }
            return "which " + known.runtime() + " is attached to. "
                    + (known.isOpen().getAsBoolean()
                            ? "Use that runtime, or close it and wait for its ended() first"
                            : "It is closed, but tasks of it are alive: wait for its ended() first");
        }
    }

    private EventLoopGroupRegistry() {}

    /**
     * Reserves a group for a run.
     *
     * @throws IllegalStateException if the group is or was in use
     */
    public static void add(EventLoopGroup group) {
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
            if (use.by() != null) {
                throw refused(
                        group,
                        "is in use: a NettyRuntime is attached to it, and the run would shut it down. Start"
                                + " the tasks in that runtime, or return a new group each time");
            }
            return new Use(true, null);
        });
    }

    /** Releases what {@link #add} has reserved. */
    public static void remove(EventLoopGroup group) {
        change(group, use -> new Use(false, use.by()));
    }

    /**
     * Takes the loops of a group for a runtime, which other code may share. {@link #detach} must follow.
     *
     * @throws IllegalStateException if a runtime is attached to one of the loops
     */
    public static Attachment attach(EventLoopGroup group) {
        var attachment = new Attachment();
        change(group, use -> {
            Attachment other = use.by();
            if (other != null) {
                throw new IllegalStateException("Cannot attach to the event loop group " + group
                        + ": it has an event loop " + other.describe());
            }
            return new Use(use.byRun(), attachment);
        });
        return attachment;
    }

    /** Leaves the loops that {@code attachment} has taken. */
    public static void detach(EventLoopGroup group, Attachment attachment) {
        change(group, use -> use.by() == attachment ? new Use(use.byRun(), null) : use);
    }

    /** Returns the runtime that is attached to a loop, open or not. */
    public static Optional<Object> runtimeOf(EventExecutor loop) {
        Use use = LOOPS.get().get(loop);
        Attachment by = use == null ? null : use.by();
        Attached attached = by == null ? null : by.attached;
        return Optional.ofNullable(attached == null ? null : attached.runtime());
    }

    /** Drops what is known of loops that have terminated, so that nothing here retains them. */
    static void forgetTerminated() {
        LOOPS.updateAndGet(before -> live(new HashMap<>(before)));
    }

    /** Returns whether a loop of the group accepts no more tasks; the group itself reports this only for all loops. */
    public static boolean isShutDown(EventLoopGroup group) {
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
            return live(after);
        });
    }

    private static Map<EventExecutor, Use> live(Map<EventExecutor, Use> all) {
        all.entrySet()
                .removeIf(use -> use.getValue().equals(FREE) || use.getKey().isTerminated());
        return all;
    }

    private static IllegalStateException refused(EventLoopGroup group, String why) {
        return new IllegalStateException("The event loop group that loopFactory returned " + why + " (" + group + ")");
    }
}
