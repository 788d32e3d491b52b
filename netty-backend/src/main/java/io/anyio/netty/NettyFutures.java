package io.anyio.netty;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.TaskHandle;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.netty.future.StageListener;
import io.anyio.netty.future.TaskPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bridges between tasks and the futures of Netty, such as {@code ChannelFuture} and {@code Promise}.
 *
 * <pre>{@code
 * ChannelFuture connecting = bootstrap.connect(address);
 * NettyFutures.awaitOrCancel(connecting);
 * NettyFutures.await(connecting.channel().writeAndFlush(message));
 * }</pre>
 *
 * <p>AnyIO: awaiting a native future of the backend library.
 */
public final class NettyFutures {
    private NettyFutures() {}

    /**
     * Waits until {@code future} is complete, and returns its value. A checkpoint, also if it is complete already.
     * Cancelling the wait removes its listener and does not affect the future.
     *
     * <p>May be called by tasks of any event loop, the future's own included, because a task that waits does not hold
     * its loop.
     *
     * <p>A failure is thrown as {@link AnyIO#await} throws it: an unchecked exception or an error unchanged, an
     * {@link java.io.IOException} in an {@link java.io.UncheckedIOException}, another checked exception in a
     * {@link java.util.concurrent.CompletionException}; of a cancelled future a
     * {@link java.util.concurrent.CancellationException}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object> T await(Future<T> future) {
        if (future.isSuccess()) {
            Checkpoints.fast("wait for a future");
            return future.getNow();
        }
        var listener = new StageListener<T>();
        boolean waits = !future.isDone();
        if (waits) {
            Checkpoints.ifCancelled("wait for a future");
            var _ = future.addListener(listener);
        } else {
            listener.operationComplete(future);
        }
        try {
            return AnyIO.await(listener.stage());
        } catch (Throwable thrown) { // a cancellation, or the failure of the future
            if (waits) {
                var _ = future.removeListener(listener);
            }
            throw thrown;
        }
    }

    /**
     * Like {@link #await}, and cancels the future if the wait is cancelled. A value that arrives at that moment is
     * lost; if it must be released, add a listener that does it.
     *
     * @throws Cancelled in a cancelled scope
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object> T awaitOrCancel(Future<T> future) {
        try {
            return await(future);
        } catch (Cancelled c) {
            future.cancel(true);
            throw c;
        }
    }

    /**
     * Returns a future that is completed when the task ends: with its value, with its failure, or, if the task ended by
     * a cancellation, as a cancelled future. A failure also goes to the group of the task, as always. Cancelling the
     * future cancels the task; the future is then complete at once, while the task may still run its clean-up.
     *
     * <p>May be called from any thread, as may all methods of the future. Not a checkpoint.
     *
     * @param executor calls the listeners of the future; an {@code EventLoop} is one
     */
    public static <T extends @Nullable Object> Future<T> toFuture(TaskHandle<T> handle, EventExecutor executor) {
        Objects.requireNonNull(executor, "executor");
        return new TaskPromise<>(handle, executor).follow();
    }
}
