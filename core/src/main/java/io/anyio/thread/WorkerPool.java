package io.anyio.thread;

import io.anyio.lowlevel.RunVar;
import io.anyio.spi.OwnThreads;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The worker threads of one run. The worker that has become idle last gets the next call, so that others stay idle and
 * end. The threads are daemons.
 */
final class WorkerPool {
    /*
     * An idle worker is in `idle` until a task takes it from there to give it a call, or until it has retired. A worker
     * enters `idle` before its task learns that its call has ended. A task that makes one call after the other therefore
     * finds its worker again.
     */

    private static final RunVar<WorkerPool> OF_RUN = RunVar.lazy("worker threads", WorkerPool::new, WorkerPool::close);

    /** How long an idle worker stays. */
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final AtomicLong NAMES = new AtomicLong(); // any thread

    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>(); // most recent first; any thread
    private final AtomicInteger threads = new AtomicInteger(); // any thread
    private final long keepNanos;
    private volatile boolean closed; // set when the run has ended

    private WorkerPool() {
        this(KEEP_NANOS);
    }

    WorkerPool(long keepNanos) {
        this.keepNanos = keepNanos;
    }

    long keepNanos() {
        return keepNanos;
    }

    /** Returns the pool of the run of the current task. */
    static WorkerPool current() {
        return OF_RUN.get();
    }

    /** Gives {@code call} to a worker. Throws an error if there is no idle one and no thread can be created. */
    void execute(WorkerCall<?, ?> call) {
        for (Worker worker = idle.pollFirst(); worker != null; worker = idle.pollFirst()) {
            if (worker.give(call)) {
                return;
            }
        }
        var made = new Worker(this);
        Thread thread = OwnThreads.unstarted("anyio-worker-" + NAMES.incrementAndGet(), made);
        made.prepare(thread, call);
        threads.incrementAndGet();
        try {
            thread.start();
        } catch (Throwable noThread) {
            threads.decrementAndGet();
            throw noThread;
        }
    }

    /** Lets a worker wait for its next call. Returns true. */
    boolean becomeIdle(Worker worker) {
        idle.addFirst(worker);
        return true;
    }

    /** Forgets a worker that takes no more calls. */
    void retired(Worker worker) {
        boolean _ = idle.removeFirstOccurrence(worker); // unless a task has taken it in vain
    }

    /** Returns the number of threads that wait for a call. */
    int idle() {
        return idle.size();
    }

    /** Returns the number of threads. */
    int threads() {
        return threads.get();
    }

    /** Called by a worker as its last action. */
    void ended() {
        threads.decrementAndGet();
    }

    boolean isClosed() {
        return closed;
    }

    /** Lets the idle workers end, and the others when their calls have ended. */
    void close() {
        closed = true;
        idle.forEach(Worker::wake);
    }
}
