package io.anyio.thread;

import io.anyio.Block;
import io.anyio.Cancelled;
import io.anyio.ContextPropagation;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.RunVar;
import io.anyio.lowlevel.ThreadCall;
import io.anyio.sync.CapacityLimiter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs code on worker threads: computations, and calls that would block an event loop, such as native code.
 *
 * <pre>{@code
 * byte[] digest = ToThread.run(() -> sha256(file));
 * }</pre>
 *
 * <p>The workers are platform threads of the run. They are daemons, are reused, and end when they have been idle for
 * ten seconds or when the run has ended. Each call borrows a token of a limiter while its code runs; the default
 * limiter of a run has {@value #DEFAULT_TOKENS} tokens.
 *
 * <p>By default a cancellation takes effect only after the code has ended. The code can ask with
 * {@link FromThread#checkCancelled}, and {@link ToThreadOptions} has other behaviors.
 *
 * <p>The code begins with a copy of the context variables of the task, and with its foreign context and context class
 * loader. Changes are not seen by the task. There are no inheritable thread-locals, because all tasks share the
 * threads.
 *
 * <p>AnyIO: {@code to_thread.run_sync}.
 */
public final class ToThread {

    /** The number of tokens that the default limiter of a run begins with. */
    public static final int DEFAULT_TOKENS = 40;

    private static final RunVar<CapacityLimiter> LIMITER =
            RunVar.lazy("default thread limiter", () -> CapacityLimiter.create(DEFAULT_TOKENS), limiter -> {});

    private ToThread() {}

    /**
     * Returns the limiter of this run for calls without a limiter of their own. Its number of tokens can be changed.
     * AnyIO: {@code current_default_thread_limiter}.
     *
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static CapacityLimiter defaultLimiter() {
        return LIMITER.get();
    }

    /** Like {@link #run(ValueBlock)}, for code without a value. */
    public static <X extends Exception> void run(Block<X> code) throws X {
        run(ToThreadOptions.DEFAULTS, code);
    }

    /**
     * Runs {@code code} on a worker thread, waits until it has ended, and returns its value. A checkpoint, also while
     * it waits for a token of the limiter.
     *
     * @throws X when the code throws it; every failure of the code is thrown unchanged
     * @throws Cancelled in a cancelled scope, without having run the code
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object, X extends Exception> T run(ValueBlock<T, X> code) throws X {
        return run(ToThreadOptions.DEFAULTS, code);
    }

    /** Like {@link #run(ToThreadOptions, ValueBlock)}, for code without a value. */
    public static <X extends Exception> void run(ToThreadOptions options, Block<X> code) throws X {
        run(options, ValueBlock.of(code));
    }

    /** Like {@link #run(ValueBlock)}, with a name, a limiter, or another response to a cancellation. */
    public static <T extends @Nullable Object, X extends Exception> T run(
            ToThreadOptions options, ValueBlock<T, X> code) throws X {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(code, "code");
        String name = options.name().orElse(null);
        String what = name == null ? "run code on a worker thread" : "run '" + name + "' on a worker thread";
        Checkpoints.checkpoint(what);
        WorkerPool pool = WorkerPool.current();
        ValueBlock<T, X> wrapped = ContextPropagation.wrap(code); // may fail, so no token is held yet
        BorrowedToken token = BorrowedToken.acquire(options.limiter().orElseGet(ToThread::defaultLimiter), what);
        try {
            return ThreadCall.<WorkerCall<T, X>>make(what, options.abandonOnCancel(), threadCall -> {
                        WorkerCall<T, X> call = WorkerCall.give(threadCall, token, name, wrapped, pool);
                        call.await(options);
                        return call;
                    })
                    .outcome();
        } finally {
            token.releaseUnlessGiven();
        }
    }
}
