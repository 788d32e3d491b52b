package io.anyio.netty;

import io.anyio.spi.LoopPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One of Netty's event loops, ours or somebody else's, used through its public face only. */
final class NettyLoopPort implements LoopPort {

    /** Netty's loops wake up once a second unless something is scheduled; this is something. */
    private static final long NEVER_DAYS = 3650;

    /** How often tasks run behind one message before the loop goes on with others. */
    private static final int DRAINS_PER_MESSAGE = 4;

    /** How often in one turn of the loop this happens while tasks are left over. */
    private static final int BRIEF_DRAINS_PER_TURN = 16;

    private static final Thread NOBODY = Thread.ofPlatform().unstarted(() -> {});

    private final EventLoop loop;
    private final int index;
    private final @Nullable SingleThreadIoEventLoop iterating; // others do not run what is put off to the next turn
    private final Errands errands;
    private final Batches batches = new Batches();
    private final ReadMemory readMemory = new ReadMemory();
    private final OpenChannels open;
    private final Future<Object> keepsAsleep;
    private volatile @Nullable Drain drain; // the engine's only one, wrapped
    private volatile @Nullable Thread reading; // the loop's thread, while it is inside deliver()
    private boolean wanted; // loop's thread only: a drain was asked for inside deliver()
    private boolean leftOver; // loop's thread only: the last drain has left tasks behind
    private boolean drainsBehind; // loop's thread only: inside a drain behind a message
    private boolean brief; // loop's thread only: that drain is one for those
    private int briefDrains; // loop's thread only: in this turn
    private volatile @Nullable ScheduledFuture<?> armed; // written on the loop's thread
    private volatile @Nullable FutureListener<Object> onTermination; // set once before the first drain

    /** The engine's drain with our errands behind it; stands in the loop's queue once at most. */
    private final class Drain implements Runnable {
        private final Runnable engine;
        private final Runnable again = this::again;
        private final AtomicBoolean queued = new AtomicBoolean();

        Drain(Runnable engine) {
            this.engine = engine;
        }

        @Override
        public void run() {
            queued.set(false); // before the engine looks at what is ready
            briefDrains = 0;
            now();
        }

        void now() {
            leftOver = false;
            errands.during(engine);
        }

        /**
         * Whether it has to be put into the loop's queue. Each drain that leaves tasks behind asks for another one;
         * were they not joined, those that deliver() runs in between would leave more and more of them.
         */
        boolean enqueue() {
            return queued.compareAndSet(false, true);
        }

        private void again() {
            try {
                loop.execute(this);
            } catch (RejectedExecutionException ended) {
                // the listener on the loop's termination moves what is left
            }
        }
    }

    /**
     * Takes up a loop, which must not have been shut down.
     *
     * @throws RejectedExecutionException when it has
     */
    NettyLoopPort(EventLoop loop, int index) {
        this.loop = loop;
        this.index = index;
        this.iterating = loop instanceof SingleThreadIoEventLoop single ? single : null;
        this.errands = new Errands(loop);
        this.open = new OpenChannels(loop);
        this.keepsAsleep = loop.schedule(() -> this, NEVER_DAYS, TimeUnit.DAYS);
    }

    EventLoop eventLoop() {
        return loop;
    }

    int index() {
        return index;
    }

    /** What tasks want done on this loop's thread. */
    Errands errands() {
        return errands;
    }

    /** Memory for what this loop's streams send. */
    Batches batches() {
        return batches;
    }

    /** Memory for what this loop's streams receive. */
    ReadMemory readMemory() {
        return readMemory;
    }

    /** The channels that were opened on this loop. */
    OpenChannels open() {
        return open;
    }

    private Drain wrapped(Runnable engine) {
        Drain known = drain;
        if (known == null || known.engine != engine) {
            known = new Drain(engine);
            drain = known;
        }
        return known;
    }

    @Override
    public void execute(Runnable engine) {
        refuseWhenEnding();
        Drain next = wrapped(engine);
        if (reading == Thread.currentThread()) {
            wanted = true; // deliver() sees to it
            if (!drainsBehind) {
                return;
            } // else also as usual, for a handler that pumps this loop until a task has done something
        }
        if (next.enqueue()) {
            loop.execute(next);
        }
    }

    /**
     * Hands {@code message} to a transport, and lets the task that it was waited for by run right behind it instead of
     * after all other channels have been read: the task finds the bytes, and the loop the answer, still in the caches,
     * and the next message of the same channel finds a task that waits for it. A task that waits for room to send goes
     * on in the same way, some times over.
     *
     * <p>Tasks that the last drain has left behind come first. They get one turn each, so that a few such drains make
     * up for them, and not behind every single message, because they may be busy for long. The loop's thread only.
     */
    void deliver(Inbound inbound, ByteBuf message) {
        Thread me = Thread.currentThread();
        if (reading != null || me.isVirtual()) { // a handler that pumps its own loop; a thread that cannot carry tasks
            try {
                inbound.arrive(message);
            } finally {
                inbound.arrived(message);
            }
            return;
        }
        reading = me;
        try {
            inbound.arrive(message);
            drainBehind();
        } finally {
            reading = null;
            drainLater();
            inbound.arrived(message);
        }
    }

    private void drainBehind() {
        Drain next = drain;
        if (next == null) {
            return;
        }
        boolean due = wanted || leftOver;
        for (int drains = 0; due && drains < DRAINS_PER_MESSAGE; drains++) {
            if (leftOver && ++briefDrains > BRIEF_DRAINS_PER_TURN) {
                return;
            }
            wanted = false;
            brief = leftOver;
            drainsBehind = true;
            try {
                next.now();
            } finally {
                drainsBehind = false;
                brief = false;
            }
            due = wanted;
        }
    }

    /** Has the drain done that was asked for and has not come, also when something has failed. */
    private void drainLater() {
        Drain next = drain;
        if (wanted && next != null && next.enqueue()) {
            next.again();
        }
        wanted = false;
    }

    @Override
    public boolean amidIo() {
        return brief;
    }

    @Override
    public void executeAfterIo(Runnable engine) {
        refuseWhenEnding();
        leftOver = true;
        Drain next = wrapped(engine);
        if (!next.enqueue()) {
            return;
        }
        if (iterating == null) { // tasks that have come due are taken up once a turn, behind I/O
            var _ = loop.schedule(next, 0, TimeUnit.NANOSECONDS);
        } else { // not the drain itself, which would run before I/O has had its turn
            iterating.executeAfterEventLoopIteration(next.again);
        }
    }

    /**
     * Runs {@code action} after so many turns of the loop, in each of which I/O has had its turn. On the loop's thread.
     */
    void afterTurns(int turns, Runnable action) {
        if (turns == 0) {
            action.run();
            return;
        }
        Runnable next = () -> afterTurns(turns - 1, action);
        try {
            if (iterating == null) {
                var _ = loop.schedule(next, 0, TimeUnit.NANOSECONDS);
            } else {
                iterating.executeAfterEventLoopIteration(() -> loop.execute(next));
            }
        } catch (RejectedExecutionException ended) {
            action.run();
        }
    }

    /**
     * A loop that shuts down has dropped its timers, and as long as tasks come by its quiet period never ends: so they
     * move on at once.
     */
    private void refuseWhenEnding() {
        if (loop.isShuttingDown()) {
            throw new RejectedExecutionException(loop + " is shutting down");
        }
    }

    @Override
    public void arm(long delayNanos, Runnable onTime) {
        refuseWhenEnding();
        ScheduledFuture<?> before = armed;
        if (before != null) {
            before.cancel(false);
        }
        armed = loop.schedule(onTime, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean pumped() {
        return loop.inEventLoop(NOBODY); // the loop of an EmbeddedChannel takes every thread for its own
    }

    @Override
    public void onTermination(Runnable action) {
        FutureListener<Object> listener = ending -> {
            if (onTermination != null) {
                action.run();
                if (ending != keepsAsleep) {
                    errands.loopEnded();
                    open.loopEnded();
                } else if (loop.inEventLoop()) {
                    open.loopEnds();
                }
            }
        };
        onTermination = listener;
        keepsAsleep.addListener(listener); // cancelled with all other timers when the loop begins to shut down
        try {
            loop.terminationFuture().addListener(listener);
        } catch (UnsupportedOperationException neverTerminates) {
            // the loop of an EmbeddedChannel
        }
    }

    /** Leaves the loop as it was found: no timer, no listener. Any thread; does not wait. */
    void close() {
        FutureListener<Object> listener = onTermination;
        onTermination = null;
        try {
            if (listener != null) {
                keepsAsleep.removeListener(listener);
                loop.terminationFuture().removeListener(listener);
            }
        } catch (UnsupportedOperationException neverTerminates) {
            // the loop of an EmbeddedChannel
        }
        drop(keepsAsleep);
        drop(armed);
    }

    private static void drop(@Nullable Future<?> timer) {
        try {
            if (timer != null) {
                timer.cancel(false);
            }
        } catch (RejectedExecutionException ended) {
            // the loop has ended, and the timer with it
        }
    }

    @Override
    public String toString() {
        return "NettyLoopPort[" + index + ", " + loop + "]";
    }
}
