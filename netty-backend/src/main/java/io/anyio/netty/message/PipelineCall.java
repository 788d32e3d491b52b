package io.anyio.netty.message;

import io.anyio.AnyIO;
import io.anyio.resource.BrokenResourceException;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FutureListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call on the thread of a channel's event loop, for which a task waits. */
public final class PipelineCall {
    private PipelineCall() {}

    /**
     * Runs {@code code} on the loop's thread, and waits until it has completed the future that it gets. A checkpoint.
     * If the wait is cancelled, the future is, and the code does not run unless it has begun.
     *
     * @throws BrokenResourceException when the event loop has ended
     */
    public static <T extends @Nullable Object> T await(Channel channel, Consumer<CompletableFuture<T>> code) {
        EventLoop loop = channel.eventLoop();
        var done = new CompletableFuture<T>();
        try {
            loop.execute(() -> {
                if (!done.isDone()) {
                    code.accept(done);
                }
            });
        } catch (RejectedExecutionException ended) {
            throw ended(channel, ended);
        }
        // an ending loop may drop what it has accepted
        FutureListener<Object> loopEnded = _ -> done.completeExceptionally(ended(channel, null));
        try {
            loop.terminationFuture().addListener(loopEnded);
        } catch (UnsupportedOperationException neverTerminates) { // the loop of an EmbeddedChannel
            return AnyIO.awaitOrCancel(done);
        }
        try {
            return AnyIO.awaitOrCancel(done);
        } finally {
            loop.terminationFuture().removeListener(loopEnded);
        }
    }

    private static BrokenResourceException ended(Channel channel, @Nullable Throwable cause) {
        return new BrokenResourceException("The event loop of " + channel + " has ended", cause);
    }
}
