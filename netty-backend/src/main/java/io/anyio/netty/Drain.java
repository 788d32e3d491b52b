package io.anyio.netty;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;

/** The engine's drain, followed by the errands of the loop. It is in the loop's queue at most once. */
final class Drain implements Runnable {
    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, Drain.class, boolean.class);

    private final Runnable engine;
    private final NettyLoopDriver port;
    private final Runnable again = this::queue;
    volatile boolean queued; // set by any thread through QUEUED; cleared by the thread that set it, or when this runs

    Drain(Runnable engine, NettyLoopDriver port) {
        this.engine = engine;
        this.port = port;
    }

    /** Returns whether this wraps {@code other}. */
    boolean wraps(Runnable other) {
        return engine == other;
    }

    @Override
    public void run() {
        queued = false; // before the engine looks at what is ready
        port.deliveries().turnBegins();
        now();
    }

    /** Drains now, at whatever point the loop's thread is. */
    void now() {
        port.deliveries().drainBegins();
        port.errands().during(engine);
    }

    /**
     * Returns whether the caller must put this into the loop's queue. Each drain that leaves tasks requests another
     * one; if these were not merged, the drains after messages would add more and more of them. Any thread.
     */
    boolean enqueue() {
        return QUEUED.compareAndSet(this, false, true);
    }

    /** Returns the action that puts this into the queue, to be run after {@link #enqueue} has returned true. */
    Runnable again() {
        return again;
    }

    private void queue() {
        try {
            port.eventLoop().execute(this);
        } catch (RejectedExecutionException ended) {
            // the loop's termination listener moves the remaining tasks
        } catch (Throwable noMemory) { // the engine's watchdog requests another drain
            queued = false;
            throw noMemory;
        }
    }
}
