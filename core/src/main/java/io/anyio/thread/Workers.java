package io.anyio.thread;

import io.anyio.ContextPropagation;
import io.anyio.ValueBlock;
import io.anyio.WouldBlockException;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.ExternalWork;
import io.anyio.lowlevel.Suspension;
import io.anyio.spi.OwnThreads;
import io.anyio.sync.CapacityLimiter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs code that would block an event loop, such as a name look-up in native code, on platform threads.
 *
 * <p>AnyIO: {@code to_thread.run_sync}.
 *
 * <p>At most {@value #LIMIT} calls of the process run at a time. Further calls wait in the order of arrival. The
 * threads are daemons and end when they have been idle for a while.
 */
public final class Workers {

    /** The largest number of concurrent calls. AnyIO: the tokens of the default thread limiter. */
    static final int LIMIT = 40;

    private static final long KEEP_SECONDS = 10;

    private static final CapacityLimiter LIMITER = CapacityLimiter.create(LIMIT);

    private static final AtomicLong MADE = new AtomicLong(); // written by any thread that makes a worker

    private static final ExecutorService POOL = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEEP_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> OwnThreads.unstarted("anyio-worker-" + MADE.incrementAndGet(), work));

    private Workers() {}

    /** One call: the task waits, and the worker sets the outcome. */
    private static final class Call<T extends @Nullable Object, X extends Exception> implements Runnable {
        private final Object borrower; // of a token of the limiter
        private final Suspension wait;
        private final ExternalWork work;
        private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
        private @Nullable ValueBlock<T, X> code; // cleared by the worker, so that nothing is kept after the call
        private @Nullable T value; // written by the worker before the task is resumed
        private @Nullable Throwable failure; // written by the worker before the task is resumed

        Call(String what, ValueBlock<T, X> code, Object borrower) {
            this.borrower = borrower;
            this.wait = Suspension.create(what);
            this.work = ExternalWork.begin(what);
            this.code = code;
        }

        @Override
        public void run() {
            Thread worker = Thread.currentThread();
            ClassLoader own = worker.getContextClassLoader();
            try {
                worker.setContextClassLoader(loader);
                ValueBlock<T, X> body = code;
                code = null;
                value = body == null ? null : body.call();
            } catch (Throwable t) { // every failure belongs to the waiting task
                failure = t;
            }
            worker.setContextClassLoader(own); // an idle worker keeps no class loader of a caller alive
            end();
        }

        void end() {
            try {
                LIMITER.releaseOnBehalfOf(borrower);
            } finally { // even without memory: the task waits
                try {
                    wait.resume();
                } finally {
                    work.end();
                }
            }
        }

        @SuppressWarnings({"unchecked", "NullAway"}) // the code throws X or unchecked; T says whether null is a value
        T outcome() throws X {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (failure != null) {
                throw (X) failure;
            }
            return value;
        }
    }

    /**
     * Runs {@code code} on a worker and waits until it ends. A checkpoint, also while it waits for a free worker. Once
     * the code runs, a cancellation takes effect only after it has ended. An exception of the code is thrown unchanged.
     *
     * <p>The code has the foreign context and the context class loader of the calling task. It has no inheritable
     * thread-locals, because all tasks share the threads.
     *
     * @param what the purpose of the call, as a verb, for messages and diagnosis
     * @throws io.anyio.Cancelled in a cancelled scope, without having run the code
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object, X extends Exception> T call(String what, ValueBlock<T, X> code)
            throws X {
        Call<T, X> call = begin(what, code);
        call.wait.awaitShielded();
        return call.outcome();
    }

    /**
     * Like {@link #call}, but a cancellation does not wait for code that runs. The code continues, keeps its worker
     * until it ends, and its result is dropped. AnyIO: {@code abandon_on_cancel=True}.
     */
    public static <T extends @Nullable Object, X extends Exception> T callOrAbandon(String what, ValueBlock<T, X> code)
            throws X {
        Call<T, X> call = begin(what, code);
        call.wait.await();
        return call.outcome();
    }

    private static <T extends @Nullable Object, X extends Exception> Call<T, X> begin(
            String what, ValueBlock<T, X> code) {
        Checkpoints.checkpoint(what);
        ValueBlock<T, X> wrapped = ContextPropagation.wrap(code); // may fail, so no token is held yet
        var borrower = new Object(); // the task may have abandoned a call that still holds a token
        acquireFor(borrower);
        Call<T, X> call;
        try {
            call = new Call<>(what, wrapped, borrower);
        } catch (Throwable full) { // the stack or the heap
            LIMITER.releaseOnBehalfOf(borrower);
            throw full;
        }
        try {
            POOL.execute(call);
        } catch (Throwable noThread) { // out of threads: the code has not run and never will
            call.end();
            throw noThread;
        }
        return call;
    }

    /** Takes a token without letting other tasks run, or waits for one. Can be cancelled while it waits. */
    private static void acquireFor(Object borrower) {
        try {
            LIMITER.acquireOnBehalfOfNow(borrower);
        } catch (WouldBlockException allInUse) {
            LIMITER.acquireOnBehalfOf(borrower);
        }
    }
}
