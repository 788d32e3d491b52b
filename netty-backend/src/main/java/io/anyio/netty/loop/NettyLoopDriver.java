package io.anyio.netty.loop;

import io.anyio.netty.buffer.SharedReadAllocator;
import io.anyio.spi.BytesToSend;
import io.anyio.spi.LoopActionQueue;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.OwnThreads;
import io.anyio.spi.SendBufferPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The driver of one of Netty's event loops, our own or a foreign one. Uses the loop's public API only. */
public final class NettyLoopDriver implements LoopDriver {

    /** The delay of a timer that never fires. Netty's loops wake up once a second unless a timer is scheduled. */
    private static final long NEVER_DAYS = 3650;

    private static final Thread NO_LOOP_THREAD = OwnThreads.unstarted("anyio-no-loop-thread", () -> {});

    private final EventLoop loop;
    private final int index;
    private final @Nullable SingleThreadIoEventLoop iterating; // null: no work can be deferred
    private final Predicate<Thread> loopThread;
    private final LoopActionQueue actions;
    private final InboundDispatcher dispatcher;
    private final SendBufferPool<ByteBuf> sendBuffers = SendBufferPool.create(Unpooled::wrappedBuffer);
    private final SharedReadAllocator readAllocator = new SharedReadAllocator();
    private final OpenChannels open;
    private final BytesToSend senders = BytesToSend.create();
    private final Future<Object> keepsAsleep;
    private volatile @Nullable ScheduledFuture<?> armed; // written on the loop's thread
    private volatile @Nullable FutureListener<Object> onTermination; // set once before the first drain

    /**
     * Creates the driver of a loop.
     *
     * @throws RejectedExecutionException if the loop has been shut down
     */
    public NettyLoopDriver(EventLoop loop, int index) {
        this.loop = loop;
        this.index = index;
        this.iterating = loop instanceof SingleThreadIoEventLoop single ? single : null;
        this.loopThread = loop::inEventLoop;
        this.actions = LoopActionQueue.create(loop, loop::isShutdown);
        this.dispatcher = new InboundDispatcher(loop, actions);
        this.open = new OpenChannels(loop);
        this.keepsAsleep = loop.schedule(() -> this, NEVER_DAYS, TimeUnit.DAYS);
    }

    public EventLoop eventLoop() {
        return loop;
    }

    public int index() {
        return index;
    }

    /** Returns a predicate for the thread that does all I/O of this loop. */
    public Predicate<Thread> loopThread() {
        return loopThread;
    }

    /** Returns the dispatcher of inbound messages. */
    public InboundDispatcher dispatcher() {
        return dispatcher;
    }

    /** Returns the pending actions of this loop's thread. */
    public LoopActionQueue actions() {
        return actions;
    }

    /** Returns the memory for bytes that this loop's streams send. */
    public SendBufferPool<ByteBuf> sendBuffers() {
        return sendBuffers;
    }

    /** Returns the memory for bytes that this loop's streams receive. */
    public SharedReadAllocator readAllocator() {
        return readAllocator;
    }

    /** Returns the channels that were opened on this loop. */
    public OpenChannels open() {
        return open;
    }

    /** Returns the channels of this loop that may have bytes to send, for the statistics. */
    public BytesToSend senders() {
        return senders;
    }

    @Override
    public long bytesToSend() {
        return senders.sum();
    }

    @Override
    public void execute(Runnable engine) {
        refuseWhenEnding();
        dispatcher.requestDrain(engine);
    }

    @Override
    public boolean runsOn(Thread thread) {
        return !isManuallyDriven() && loop.inEventLoop(thread);
    }

    @Override
    public boolean isDrainingDuringIo() {
        return dispatcher.inBriefDrain();
    }

    @Override
    public boolean isAwaited() {
        return actions.hasPending();
    }

    @Override
    public void ran(long nanos) {
        dispatcher.ran(nanos);
    }

    @Override
    public void executeAfterIo(Runnable engine) {
        refuseWhenEnding();
        dispatcher.requestDrainAfterIo(engine);
    }

    /** Runs {@code action} after {@code turns} turns of the loop, each of which includes I/O. On the loop's thread. */
    public void afterTurns(int turns, Runnable action) {
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
     * Rejects work for a loop that is shutting down. It has dropped its timers, and its quiet period would never end
     * while tasks keep arriving. So its tasks move to another thread immediately.
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
    public boolean isManuallyDriven() {
        return loop.inEventLoop(NO_LOOP_THREAD); // the loop of an EmbeddedChannel accepts every thread as its own
    }

    @Override
    public void onTermination(Runnable action) {
        FutureListener<Object> listener = ending -> {
            if (onTermination != null) {
                action.run();
                if (ending != keepsAsleep) {
                    EventLoopGroupRegistry.forgetTerminated();
                    actions.loopEnded();
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

    /** Removes the timers and listeners of this port from the loop. May be called from any thread; does not wait. */
    public void close() {
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
        return "NettyLoopDriver[" + index + ", " + loop + "]";
    }
}
