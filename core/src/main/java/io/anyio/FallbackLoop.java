package io.anyio;

import io.anyio.spi.Clock;
import io.anyio.spi.LoopPort;
import io.anyio.spi.OwnThreads;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread of our own that takes over the drains and the timer of an event loop that has ended. */
final class FallbackLoop implements LoopPort {
    private final Thread thread;
    private final @Nullable Runnable first;
    private volatile @Nullable Runnable posted; // set by any thread, cleared by this one before it runs it
    private volatile boolean stopped; // set by any thread, at the end of the run
    private @Nullable Runnable onTime; // this thread only
    private long armedAt; // this thread only
    private long delay; // this thread only

    /** Runs {@code first} before all else. */
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
    public void onTermination(Runnable action) {
        // ends with the run
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** This thread must not end by an error, such as for want of memory: the watchdog posts what is needed. */
    private static void runOrGoOn(Runnable next) {
        try {
            next.run();
        } catch (Throwable failed) {
            TaskLoop.LOG.logElsewhere(Level.WARNING, () -> "A fallback loop goes on after " + failed);
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
            if (left <= 0) { // first, or a task that yields for ever would keep every deadline waiting
                next = onTime;
                onTime = null;
            } else {
                next = posted;
                if (next != null) { // or what is posted just now would be dropped unseen
                    posted = null; // one run does for all who have asked up to here
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
