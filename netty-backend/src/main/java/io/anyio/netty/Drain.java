package io.anyio.netty;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The engine's drain with our errands behind it; stands in the loop's queue once at most. */
final class Drain implements Runnable {
    private final Runnable engine;
    private final NettyLoopPort port;
    private final Runnable again = this::queue;
    private final AtomicBoolean queued = new AtomicBoolean();

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
        queued.set(false); // before the engine looks at what is ready
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
        return queued.compareAndSet(false, true);
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
        }
    }
}
