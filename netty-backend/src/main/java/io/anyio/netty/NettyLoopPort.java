package io.anyio.netty;

import io.anyio.spi.LoopPort;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of Netty's event loops, ours or somebody else's, used through its public face only. */
final class NettyLoopPort implements LoopPort {

    /** Netty's loops wake up once a second unless something is scheduled; this is something. */
    private static final long NEVER_DAYS = 3650;

    private final EventLoop loop;
    private final int index;
    private final @Nullable SingleThreadEventLoop iterating;
    private final Errands errands;
    private final Batches batches = new Batches();
    private final Future<?> keepsAsleep;
    private volatile @Nullable Drain drain; // the engine's only one, wrapped
    private volatile @Nullable ScheduledFuture<?> armed; // written on the loop's thread
    private volatile @Nullable FutureListener<Object> onTermination; // set once before the first drain

    /** The engine's drain with our errands behind it. */
    private final class Drain implements Runnable {
        private final Runnable engine;
        private final Runnable again = this::again;

        Drain(Runnable engine) {
            this.engine = engine;
        }

        @Override
        public void run() {
            errands.during(engine);
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
        this.iterating = loop instanceof SingleThreadEventLoop single ? single : null;
        this.errands = new Errands(loop);
        this.keepsAsleep = loop.schedule(() -> {}, NEVER_DAYS, TimeUnit.DAYS);
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
        loop.execute(wrapped(engine));
    }

    @Override
    public void executeAfterIo(Runnable engine) {
        Drain next = wrapped(engine);
        if (iterating == null) {
            loop.execute(next);
        } else { // not the drain itself, which would run before I/O has had its turn
            iterating.executeAfterEventLoopIteration(next.again);
        }
    }

    @Override
    public void arm(long delayNanos, Runnable onTime) {
        ScheduledFuture<?> before = armed;
        if (before != null) {
            before.cancel(false);
        }
        armed = loop.schedule(onTime, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void onTermination(Runnable action) {
        FutureListener<Object> listener = _ -> action.run();
        onTermination = listener;
        try {
            loop.terminationFuture().addListener(listener);
        } catch (UnsupportedOperationException neverTerminates) { // the loop of an EmbeddedChannel
            onTermination = null;
        }
    }

    /** Leaves the loop as it was found: no timer, no listener. Any thread; does not wait. */
    void close() {
        FutureListener<Object> listener = onTermination;
        if (listener != null) {
            onTermination = null;
            loop.terminationFuture().removeListener(listener);
        }
        keepsAsleep.cancel(false);
        ScheduledFuture<?> last = armed;
        if (last != null) {
            last.cancel(false);
        }
    }

    @Override
    public String toString() {
        return "NettyLoopPort[" + index + ", " + loop + "]";
    }
}
