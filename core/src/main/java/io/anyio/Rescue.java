package io.anyio;

import io.anyio.spi.OwnThreads;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the tasks of a loop whose own thread is stuck behind a lock, until that thread moves again.
 *
 * <p>Such a lock may be held, or queued for, by one of the very tasks that only this loop would run.
 */
final class Rescue {
    private final LoopCarrier loop;
    private final Thread stuck;
    private final Thread thread;
    private volatile boolean moved; // set by the loop's thread

    Rescue(LoopCarrier loop, Thread stuck) {
        this.loop = loop;
        this.stuck = stuck;
        this.thread = OwnThreads.unstarted("anyio-rescue-" + loop.index(), this::run);
    }

    void begin() {
        StallReports.rescued(loop, stuck);
        thread.start();
    }

    /** Something has become ready. */
    void stir() {
        LockSupport.unpark(thread);
    }

    /** The loop's own thread is back. */
    void loopMoved() {
        moved = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        loop.execute(); // tells when the loop's thread is back
        if (!TaskLoop.HOLDER.compareAndSet(loop, null, Thread.currentThread())) {
            loop.rescued(); // it came back before we began
            return;
        }
        try {
            while (!moved && !loop.run().isOver()) {
                loop.fireDeadlines();
                if (!loop.runReady(1, null)) {
                    loop.run().loopIdle();
                    pause();
                }
            }
        } finally {
            loop.holder = null;
            loop.rescued();
        }
    }

    private void pause() {
        long earliest = loop.deadlines().earliest();
        if (earliest == Long.MAX_VALUE) {
            LockSupport.parkNanos(this, Watchdog.PATIENCE_NANOS);
        } else {
            LockSupport.parkNanos(this, Math.clamp(earliest - loop.run().now(), 1, Watchdog.PATIENCE_NANOS));
        }
    }
}
