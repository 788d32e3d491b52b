package io.anyio.thread;

import io.anyio.spi.Clock;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The code of a worker thread: it runs one call after the other, and ends when it has been idle for a while. */
final class Worker implements Runnable {
    /*
     * next   null ──give()──▶ a call ──the worker takes it──▶ null
     *        null ──it retires──▶ this worker
     *
     * A task and the worker decide by a CAS of `next`, and not by removing the worker from the idle ones: the task may
     * run out of stack in between. The worker then retires when its time is over.
     */

    private final WorkerPool pool;
    private final AtomicReference<@Nullable Object> next = new AtomicReference<>();
    private @Nullable Thread thread; // set before the thread starts

    Worker(WorkerPool pool) {
        this.pool = pool;
    }

    /** Sets the thread of this worker and its first call. */
    void prepare(Thread own, WorkerCall<?, ?> first) {
        thread = own;
        next.set(first);
    }

    /**
     * Gives an idle worker, which the caller has removed from the idle ones, its next call. Returns false if the worker
     * has retired. Otherwise the worker runs the call, whatever happens to the caller.
     */
    boolean give(WorkerCall<?, ?> call) {
        if (!next.compareAndSet(null, call)) {
            return false;
        }
        try {
            wake();
        } catch (StackOverflowError full) {
            // the worker looks again when its time is over
        }
        return true;
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
        if (!(next.get() instanceof WorkerCall<?, ?> call)) {
            return false;
        }
        next.set(null);
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
        while (next.get() == null) {
            boolean _ = Thread.interrupted(); // otherwise the pause would be none
            long left = pool.keepNanos() - (Clock.system().nanoTime() - start);
            if ((left <= 0 || pool.isClosed()) && next.compareAndSet(null, this)) {
                pool.retired(this);
                return;
            }
            LockSupport.parkNanos(this, Math.max(left, 1)); // one long pause: idle threads do not wake up
        }
    }
}
