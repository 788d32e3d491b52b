package io.anyio.netty;

import io.anyio.AttachedRun;
import io.anyio.Block;
import io.anyio.RunInfo;
import io.anyio.ValueBlock;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tasks on event loops that somebody else owns, for programs that are Netty applications already. AnyIO: running under
 * the native {@code run()} of the backend library, and {@code BlockingPortal}.
 *
 * <pre>{@code
 * NettyRuntime runtime = NettyRuntime.attach(workerGroup);          // once, at the start
 *
 * protected void channelRead0(ChannelHandlerContext context, Request request) {
 *     runtime.start(() -> answer(context, request));                // a task, from a handler
 * }
 *
 * runtime.close();                                                  // before the group is shut down
 * }</pre>
 *
 * <p>Nothing here waits, except {@link #close} on a foreign thread; any thread may call, handlers included. A loop that
 * is shut down under its tasks does not take them with it: they go on on a thread of their own until they have ended.
 */
public final class NettyRuntime implements AutoCloseable {
    private final AttachedRun run;
    private final EventLoopGroup group;

    private NettyRuntime(EventLoopGroup group, AttachedRun run) {
        this.group = group;
        this.run = run;
    }

    /**
     * A runtime on the loops of a group, or on a single loop (an {@link io.netty.channel.EventLoop} is a group too).
     * The loop of an {@code EmbeddedChannel} will do, if the test pumps it and no other thread wakes its tasks.
     *
     * @throws IllegalStateException when the group, or a loop of it, has been shut down
     */
    public static NettyRuntime attach(EventLoopGroup group) {
        return attach(group, NettyOptions.DEFAULTS);
    }

    /**
     * {@link #attach(EventLoopGroup)} with options about channels, carrier and debug. The loops are there already, so
     * options that would make some are refused.
     *
     * @throws IllegalStateException when the group, or a loop of it, has been shut down; or when the carrier cannot be
     *     had
     * @throws IllegalArgumentException when the options name a transport, a number of loops, a loop factory, or the
     *     native transport
     */
    public static NettyRuntime attach(EventLoopGroup group, NettyOptions options) {
        options.requireFitForAttaching();
        if (GroupsInUse.isShutDown(group)) {
            throw shutDown(group, null);
        }
        NettyBackend backend;
        try {
            backend = NettyBackend.attached(group, options);
        } catch (RejectedExecutionException sinceThen) {
            throw shutDown(group, sinceThen);
        }
        try {
            return new NettyRuntime(group, AttachedRun.open(backend));
        } catch (Throwable t) { // such as a carrier that cannot be had
            backend.close();
            throw t;
        }
    }

    private static IllegalStateException shutDown(EventLoopGroup group, @Nullable Throwable cause) {
        return new IllegalStateException(
                "The event loop group " + group
                        + " has been shut down and runs no tasks any more; attach to a live one",
                cause);
    }

    /**
     * Starts a task on one of the loops, in turn.
     *
     * <p>A failure goes to the future only and harms no other task. Cancelling the future cancels the task.
     *
     * @throws io.anyio.RunFinishedException when this runtime was closed
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(ValueBlock<T, ?> body) {
        return run.start("attached task", body);
    }

    /** {@link #start(ValueBlock)} for a body without a value. */
    public CompletableFuture<@Nullable Void> start(Block<?> body) {
        return run.start("attached task", () -> {
            body.run();
            return null;
        });
    }

    /** What the tasks run on. */
    public RunInfo info() {
        return run.info();
    }

    /** Completed when {@link #close} was called and every task has ended. */
    public CompletionStage<@Nullable Void> ended() {
        return run.ended();
    }

    /**
     * Refuses new tasks, cancels those that live, and waits until they have ended; the loops go on. On a thread of one
     * of the loops, and in a task of this runtime, it does not wait: see {@link #ended}. Idempotent; never shuts the
     * group down.
     */
    @Override
    public void close() {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                run.cancel();
                return;
            }
        }
        run.close();
    }

    @Override
    public String toString() {
        return "NettyRuntime[" + info() + "]";
    }
}
