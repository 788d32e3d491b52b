package io.anyio;

import io.anyio.spi.Clock;
import io.anyio.spi.LoopPort;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread of our own that takes over the drains and the timer of an event loop that has ended. */
final class FallbackLoop implements LoopPort {
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> work = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;
    private @Nullable Runnable onTime; // this thread only
    private long armedAt; // this thread only
    private long delay; // this thread only

    FallbackLoop(String name) {
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    String name() {
        return thread.getName();
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void execute(Runnable drain) {
        work.add(drain);
        LockSupport.unpark(thread);
    }

    @Override
    public void executeAfterIo(Runnable drain) {
        execute(drain);
    }

    @Override
    public void arm(long delayNanos, Runnable action) {
        armedAt = Clock.system().nanoTime();
        delay = delayNanos;
        onTime = action;
    }

    @Override
    public void onTermination(Runnable action) {
        // ends with the run
    }

    private void run() {
        while (!stopped) {
            Runnable next = work.poll();
            if (next != null) {
                next.run();
                continue;
            }
            Runnable due = onTime;
            if (due == null) {
                LockSupport.park(this);
                continue;
            }
            long left = delay - (Clock.system().nanoTime() - armedAt);
            if (left <= 0) {
                onTime = null;
                due.run();
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
    }
}
