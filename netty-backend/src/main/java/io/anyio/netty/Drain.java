package io.anyio.netty;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;

/** The engine's drain with our errands behind it; stands in the loop's queue once at most. */
final class Drain implements Runnable {
    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, Drain.class, boolean.class);

    private final Runnable engine;
    private final NettyLoopPort port;
    private final Runnable again = this::queue;
    volatile boolean queued; // set by any thread through QUEUED, cleared by who has set it, or when it runs

    Drain(Runnable engine, NettyLoopPort port) {
        this.engine = engine;
        this.port = port;
    }

    /** Whether it is {@code other} that it wraps. */
    boolean wraps(Runnable other) {
        return engine == other;
    }

    @Override
    public void run() {
        queued = false; // before the engine looks at what is ready
        port.deliveries().turnBegins();
        now();
    }

    /** Drains wherever the loop's thread is. */
    void now() {
        port.deliveries().drainBegins();
        port.errands().during(engine);
    }

    /**
     * Whether it has to be put into the loop's queue. Each drain that leaves tasks behind asks for another one; were
     * they not joined, those that run behind messages in between would leave more and more of them. Any thread.
     */
    boolean enqueue() {
        return QUEUED.compareAndSet(this, false, true);
    }

    /** Puts it into the queue, when that was found necessary. */
    Runnable again() {
        return again;
    }

    private void queue() {
        try {
            port.eventLoop().execute(this);
        } catch (RejectedExecutionException ended) {
            // the listener on the loop's termination moves what is left
        } catch (Throwable noMemory) { // the engine's watchdog asks for another one
            queued = false;
            throw noMemory;
        }
    }
}
