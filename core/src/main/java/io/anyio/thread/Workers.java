package io.anyio.thread;

import io.anyio.Checkpoints;
import io.anyio.ForeignContext;
import io.anyio.OutsideWork;
import io.anyio.Suspension;
import io.anyio.ValueBlock;
import io.anyio.spi.OwnThreads;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs code on platform threads beside the event loops: for what would hold a loop, such as a name look-up in native
 * code. AnyIO: {@code to_thread.run_sync}.
 *
 * <p>At most {@value #LIMIT} calls are under way at a time in the process; further ones wait in the order in which they
 * came. The threads are daemons and go away when they have nothing to do.
 */
public final class Workers {

    /** How many calls run at a time. AnyIO: the tokens of the default thread limiter. */
    static final int LIMIT = 40;

    private static final long KEEP_SECONDS = 10;

    private static final FairLimit SLOTS = FairLimit.of(LIMIT);

    private static final AtomicLong MADE = new AtomicLong(); // by any thread that makes a worker

    private static final ExecutorService POOL = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEEP_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> OwnThreads.unstarted("anyio-worker-" + MADE.incrementAndGet(), work));

    private Workers() {}

    /** One call on its way: the task waits, the worker fills in the outcome. */
    private static final class Call<T extends @Nullable Object, X extends Exception> implements Runnable {
        private final Suspension wait;
        private final OutsideWork work;
        private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
        private @Nullable ValueBlock<T, X> code; // given up by the worker, so that nothing is kept after the call
        private @Nullable T value; // written by the worker before the task is resumed
        private @Nullable Throwable failure; // written by the worker before the task is resumed

        Call(String what, ValueBlock<T, X> code) {
            this.wait = Suspension.create(what);
            this.work = OutsideWork.begin(what);
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
            } catch (Throwable t) { // whatever it is belongs to the waiting task
                failure = t;
            }
            worker.setContextClassLoader(own); // a worker that has nothing to do keeps no loader of a caller alive
            end();
        }

        void end() {
            SLOTS.release();
            wait.resume();
            work.end();
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
     * Runs {@code code} on a worker and waits for its end. A checkpoint, also while it waits for a free worker; once
     * the code runs, a cancellation waits until it has ended. What it throws is thrown here, as it is.
     *
     * <p>The code has the foreign context and the context class loader of the calling task. It has no inheritable
     * thread-locals, because the threads are shared by all tasks.
     *
     * @param what what is to be done, as a verb, for messages and diagnosis
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
     * {@link #call}, but a cancellation does not wait for code that runs: it goes on, keeps its worker until it ends,
     * and what it gives is dropped. AnyIO: {@code abandon_on_cancel=True}.
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
        ValueBlock<T, X> carrying = ForeignContext.carrying(code); // which may fail: no slot is held yet
        SLOTS.acquire(what);
        var call = new Call<>(what, carrying);
        try {
            POOL.execute(call);
        } catch (Throwable noThread) { // out of threads: the code has not run and never will
            call.end();
            throw noThread;
        }
        return call;
    }
}
