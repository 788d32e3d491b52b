package io.anyio.internal;

import io.anyio.spi.Clock;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.OwnThreads;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread of the library that takes over the drains and the timer of an event loop that has ended. */
final class FallbackLoop implements LoopDriver {
    private final Thread thread;
    private final @Nullable Runnable first;
    private volatile @Nullable Runnable posted; // set by any thread, cleared by this thread before it runs the drain
    private volatile boolean stopped; // set by any thread, at the end of the run
    private @Nullable Runnable onTime; // this thread only
    private long armedAt; // this thread only
    private long delay; // this thread only

    /** Creates a loop that runs {@code first} before everything else. */
    FallbackLoop(String name, @Nullable Runnable first) {
        this.first = first;
        this.thread = OwnThreads.unstarted(name, this::run);
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
        posted = drain;
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
    public boolean runsOn(Thread other) {
        return other == thread;
    }

    @Override
    public void onTermination(Runnable action) {
        // ends with the run
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** Runs an action. No error, such as a full heap, may end this thread; the watchdog then posts what is missing. */
    private static void runOrGoOn(Runnable next) {
        try {
            next.run();
        } catch (Throwable failed) {
            EngineLog.LOG.logElsewhere(Level.WARNING, () -> "A fallback loop continues after " + failed);
        }
    }

    private void run() {
        if (first != null) {
            runOrGoOn(first);
        }
        while (!stopped) {
            long left =
                    onTime == null ? Long.MAX_VALUE : delay - (Clock.system().nanoTime() - armedAt);
            Runnable next;
            if (left <= 0) { // first, or a task that yields forever would delay every deadline
                next = onTime;
                onTime = null;
            } else {
                next = posted;
                if (next != null) { // otherwise a drain posted just now would be lost
                    posted = null; // one run serves all requests up to here
                }
            }
            if (next != null) {
                runOrGoOn(next);
            } else if (left == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
    }
}
