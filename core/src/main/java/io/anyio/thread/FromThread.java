package io.anyio.thread;

import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.EventLoopToken;
import io.anyio.NoEventLoopException;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.TaskRef;
import io.anyio.lowlevel.ThreadCall;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls from threads back to an event loop. A worker thread of {@link ToThread} calls the loop of its task; any other
 * thread needs an {@link EventLoopToken}, or uses a {@link BlockingPortal}.
 *
 * <pre>{@code
 * ToThread.run(() -> {
 *     int rows = compute();
 *     FromThread.run(() -> results.send(rows));      // waits until there is room
 * });
 * }</pre>
 *
 * <p>The calling thread waits until the code has ended, and gets its value or its failure. If it is interrupted
 * meanwhile, the code is cancelled, and the call throws {@link io.anyio.RunInterruptedException} when it has ended. The
 * code begins with the context variables of the code on the worker thread, and with the foreign context of the calling
 * thread. Calls that do not wait, such as {@code event.set()}, need none of this: any thread may make them directly.
 *
 * <p>A task, and the thread of an event loop of the run, must not call these methods: they would wait for themselves.
 * Such calls fail at once.
 *
 * <p>AnyIO: {@code from_thread}.
 */
public final class FromThread {
    private static final String RUN = "run code on the event loop";

    private FromThread() {}

    // ---- running tasks ----

    /** Like {@link #run(ValueBlock)}, for code without a value. */
    public static <X extends Exception> void run(Block<X> code) throws X {
        fromWorker(code, ValueBlock.of(code));
    }

    /**
     * Runs {@code code} as a task on the loop of the task that has called {@link ToThread#run}, and waits for its end.
     * Called on a worker thread.
     *
     * <p>The code runs inside of the scopes of that task, so a cancellation of the task reaches it. The call then
     * throws the {@link Cancelled}, which the code on the worker thread should not catch. If the task may leave its
     * call ({@link ToThreadOptions#withAbandonOnCancel}), a cancellation of the task does not reach the code.
     *
     * @throws X when the code throws it; every failure of the code is thrown unchanged
     * @throws NoEventLoopException when not called on a worker thread
     * @throws io.anyio.RunFinishedException when the task has left its call and the run has ended
     */
    public static <T extends @Nullable Object, X extends Exception> T run(ValueBlock<T, X> code) throws X {
        return fromWorker(Objects.requireNonNull(code, "code"), code);
    }

    /** Like {@link #run(EventLoopToken, ValueBlock)}, for code without a value. */
    public static <X extends Exception> void run(EventLoopToken loop, Block<X> code) throws X {
        call(loop, code, ValueBlock.of(code));
    }

    /**
     * Runs {@code code} as a task on a loop, and waits for its end. May be called from any thread that does not belong
     * to the run. The task belongs to the run: it is cancelled when the first task of the run ends.
     *
     * @throws X when the code throws it; every failure of the code is thrown unchanged
     * @throws java.util.concurrent.CancellationException when the task was cancelled, because the run ends
     * @throws IllegalStateException when called by a task or on an event loop of the run
     * @throws io.anyio.RunFinishedException when the run has ended
     */
    public static <T extends @Nullable Object, X extends Exception> T run(EventLoopToken loop, ValueBlock<T, X> code)
            throws X {
        return call(loop, Objects.requireNonNull(code, "code"), code);
    }

    // ---- running code that does not wait ----

    /** Like {@link #runNow(ValueBlock)}, for code without a value. */
    public static <X extends Exception> void runNow(Block<X> code) throws X {
        fromWorker(code, shielded(ValueBlock.of(code)));
    }

    /**
     * Like {@link #run(ValueBlock)}, for code that does not wait: no other task of the loop runs before it has ended.
     * It is not cancelled, whatever happens to the task. AnyIO: {@code run_sync}.
     *
     * <p>Code that needs no more than calls that any thread may make does not need this method.
     */
    public static <T extends @Nullable Object, X extends Exception> T runNow(ValueBlock<T, X> code) throws X {
        return fromWorker(code, shielded(code));
    }

    /** Like {@link #runNow(EventLoopToken, ValueBlock)}, for code without a value. */
    public static <X extends Exception> void runNow(EventLoopToken loop, Block<X> code) throws X {
        call(loop, code, shielded(ValueBlock.of(code)));
    }

    /** Like {@link #run(EventLoopToken, ValueBlock)}, for code that does not wait; see {@link #runNow(ValueBlock)}. */
    public static <T extends @Nullable Object, X extends Exception> T runNow(EventLoopToken loop, ValueBlock<T, X> code)
            throws X {
        return call(loop, code, shielded(code));
    }

    // ---- cancellation ----

    /**
     * Throws if the task that waits for the code of this worker thread is cancelled, even if it has left the call. Long
     * computations call it now and then. Not for tasks: they call {@link io.anyio.AnyIO#checkpointIfCancelled}. AnyIO:
     * {@code check_cancelled}.
     *
     * @throws Cancelled when the task is in a cancelled scope
     * @throws NoEventLoopException when not called on a worker thread
     */
    public static void checkCancelled() {
        worker("check for a cancellation").checkCancelled();
    }

    // ---- shared ----

    private static ThreadCall worker(String what) {
        ThreadCall call = ThreadCall.currentOrNull();
        if (call != null) {
            return call;
        }
        String here =
                "Cannot " + what + " from thread '" + Thread.currentThread().getName() + "': ";
        throw new NoEventLoopException(
                TaskRef.currentOrNull() != null
                        ? here + "it is a task already; call the code directly"
                        : here
                                + "it is not a worker thread of ToThread.run. Pass a token that a task of the run got from"
                                + " AnyIO.currentToken(), or use a BlockingPortal");
    }

    private static <T extends @Nullable Object> T fromWorker(Object source, ValueBlock<T, ?> code) {
        return call(worker(RUN), options(source), code);
    }

    private static <T extends @Nullable Object> T call(ThreadCall worker, TaskOptions options, ValueBlock<T, ?> code) {
        return LoopCall.run(code, true, body -> worker.start(options, body));
    }

    private static <T extends @Nullable Object> T call(EventLoopToken loop, Object source, ValueBlock<T, ?> code) {
        Objects.requireNonNull(loop, "loop");
        TaskOptions options = options(source);
        ThreadCall worker = ThreadCall.currentOrNull();
        if (worker != null && worker.loop().equals(loop)) {
            return call(worker, options, code);
        }
        if (loop.isRunningHere()) {
            throw new IllegalStateException("Cannot " + RUN + " and wait for it on a thread of the same run: "
                    + (TaskRef.currentOrNull() == null
                            ? "the event loop would wait for itself. Start a task with EventLoopToken.start instead"
                            : "this is a task, so call the code directly, or start a task in a TaskGroup"));
        }
        return LoopCall.run(code, false, body -> loop.start(options, body));
    }

    /** Returns the options of a task that is named after the code of the user. */
    private static TaskOptions options(Object source) {
        return TaskOptions.DEFAULTS.withNameOf(source);
    }

    private static <T extends @Nullable Object, X extends Exception> ValueBlock<T, X> shielded(ValueBlock<T, X> code) {
        Objects.requireNonNull(code, "code");
        return () -> {
            var results = new ArrayList<T>(1);
            CancelScope.shielded(() -> {
                results.add(code.call());
            });
            return results.getFirst();
        };
    }
}
