package io.anyio.thread;

import io.anyio.spi.Clock;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The code of a worker thread: it runs one call after the other, and ends when it has been idle for a while. */
final class Worker implements Runnable {
    private final WorkerPool pool;
    private volatile @Nullable WorkerCall<?, ?> next; // set by the task that has removed it from the idle ones
    private @Nullable Thread thread; // set before the thread starts

    Worker(WorkerPool pool) {
        this.pool = pool;
    }

    /** Sets the thread of this worker and its first call. */
    void prepare(Thread own, WorkerCall<?, ?> first) {
        thread = own;
        next = first;
    }

    /**
     * Gives an idle worker, which the caller has removed from the idle ones, its next call. From here on the worker
     * runs it, whatever happens to the caller.
     */
    void give(WorkerCall<?, ?> call) {
        next = call;
        try {
            wake();
        } catch (StackOverflowError full) {
            // the worker looks again when its time is over
        }
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        try {
            while (runNext()) {
                awaitNext();
            }
        } finally {
            pool.ended();
        }
    }

    /** Runs the call that was given, if any. Afterwards nothing refers to it. Returns whether this worker is idle. */
    private boolean runNext() {
        WorkerCall<?, ?> call = next;
        next = null;
        if (call == null) {
            return false;
        }
        boolean idle = false;
        try {
            boolean _ = Thread.interrupted(); // by code that does not know that its call has ended
            call.run();
            idle = pool.becomeIdle(this);
        } catch (Throwable full) { // the heap; failures of the code are in the call
            // this thread ends
        } finally {
            call.end();
        }
        return idle;
    }

    /** Waits until there is a call. Returns without one when this worker is to end. */
    private void awaitNext() {
        long start = Clock.system().nanoTime();
        while (next == null) {
            boolean _ = Thread.interrupted(); // otherwise the pause would be none
            long left = pool.keepNanos() - (Clock.system().nanoTime() - start);
            if ((left <= 0 || pool.isClosed()) && pool.retire(this)) {
                return;
            }
            LockSupport.parkNanos(this, Math.max(left, 1)); // one long pause: idle threads do not wake up
        }
    }
}
