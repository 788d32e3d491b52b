package io.anyio.netty;

import io.anyio.Block;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.WouldBlockException;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Starts tasks that belong to a channel: they run on its event loop, and are cancelled when it closes. Returned by
 * {@link NettyRuntime#on}. For handlers that start a task for each request:
 *
 * <pre>{@code
 * protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
 *     ChannelTasks tasks = runtime.on(context.channel());
 *     request.retain();                                      // for the task
 *     tasks.start(TaskOptions.named("GET /x"), () -> {
 *         try {
 *             tasks.send(answer(request));                   // waits for writability; flushed with other answers
 *         } finally {
 *             request.release();
 *         }
 *     });
 * }
 * }</pre>
 *
 * <p>May be used by any thread. Only {@link #send} and {@link #flush} are checkpoints, for tasks.
 *
 * <p>AnyIO has no counterpart.
 */
public final class ChannelTasks {
    private static final AttributeKey<ChannelTasks> OF_CHANNEL =
            AttributeKey.valueOf(ChannelTasks.class, "of a channel");

    private final NettyRuntime runtime;
    private final Channel channel;
    private final int loop;
    private final OutboundMessages outbound;
    private final Set<Live> live = ConcurrentHashMap.newKeySet(); // any thread
    private volatile boolean closed; // set once by the loop

    /** A task that has not ended. */
    private final class Live {
        private volatile @Nullable CompletableFuture<?> future; // set once by the thread that starts the task

        /** Sets the future. The task may have ended already, or the channel may have closed. */
        void started(CompletableFuture<?> task) {
            future = task;
            if (task.isDone()) {
                live.remove(this);
            }
            if (closed) {
                cancel();
            }
        }

        void cancel() {
            CompletableFuture<?> task = future;
            if (task != null) {
                task.cancel(false);
                live.remove(this); // its code may never run
            }
        }
    }

    private ChannelTasks(NettyRuntime runtime, Channel channel) {
        NettyLoopDriver port = runtime.portOf(channel);
        this.runtime = runtime;
        this.channel = channel;
        this.loop = port.index();
        this.outbound = OutboundMessages.of(channel, ChannelLoop.of(port));
    }

    /** Returns those of a runtime and a channel. */
    static ChannelTasks of(NettyRuntime runtime, Channel channel) {
        var attribute = channel.attr(OF_CHANNEL);
        while (true) {
            ChannelTasks known = attribute.get();
            if (known != null && known.runtime == runtime) {
                return known;
            }
            var made = new ChannelTasks(runtime, channel);
            if (attribute.compareAndSet(known, made)) { // known: of a runtime that was closed
                var _ = channel.closeFuture().addListener(_ -> made.channelClosed());
                return made;
            }
        }
    }

    private void channelClosed() {
        closed = true;
        live.forEach(Live::cancel);
    }

    /** Starts a task with a value; see {@link #start(TaskOptions, ValueBlock)}. */
    public <T extends @Nullable Object> CompletableFuture<T> start(ValueBlock<T, ?> body) {
        return start(TaskOptions.DEFAULTS, body);
    }

    /** Starts a task without a value; see {@link #start(TaskOptions, ValueBlock)}. */
    public CompletableFuture<@Nullable Void> start(Block<?> body) {
        return start(TaskOptions.DEFAULTS, body);
    }

    /** Starts a task without a value; see {@link #start(TaskOptions, ValueBlock)}. */
    public CompletableFuture<@Nullable Void> start(TaskOptions options, Block<?> body) {
        Objects.requireNonNull(body, "body");
        return this.<@Nullable Void>start(options.withNameOf(body), () -> {
            body.run();
            return null;
        });
    }

    /**
     * Starts a task on the loop of the channel, whichever the options name, as {@link NettyRuntime#start} does. Closing
     * the channel cancels it; if the channel is closed already, the task is cancelled at once.
     *
     * @throws io.anyio.RunFinishedException if the runtime was closed, or all its event loops were shut down
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(TaskOptions options, ValueBlock<T, ?> body) {
        Objects.requireNonNull(body, "body");
        var task = new Live();
        live.add(task);
        CompletableFuture<T> future = null;
        try {
            future = runtime.start(options.withNameOf(body).withLoop(loop), () -> {
                try {
                    return body.call();
                } finally {
                    live.remove(task);
                }
            });
            task.started(future);
            return future;
        } finally {
            if (future == null) { // it was not started
                live.remove(task);
            }
        }
    }

    /**
     * Sends a message through the pipeline of the channel. A checkpoint: waits while the channel is not writable. All
     * messages that tasks send before the loop turns to I/O are flushed at once. Messages of one task keep their order.
     *
     * <p>Releases the message if it throws, on the event loop. If it returns and the message cannot be written, later
     * calls throw the failure, and it is logged unless the peer has caused it.
     *
     * @throws io.anyio.resource.BrokenResourceException when the channel is closed, or an earlier message could not be
     *     written
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public void send(Object message) {
        outbound.send(Objects.requireNonNull(message, "message"));
    }

    /**
     * Like {@link #send}, but does not wait. May be called from any thread. Not a checkpoint. If it throws, the message
     * still belongs to the caller.
     *
     * @throws WouldBlockException when the channel is not writable
     */
    public void sendNow(Object message) {
        if (!outbound.sendNow(Objects.requireNonNull(message, "message"))) {
            throw new WouldBlockException(channel + " is not writable; send() waits until it is");
        }
    }

    /**
     * Waits until the operating system has taken all that was sent before this call. A checkpoint. Not needed to make
     * messages leave.
     */
    public void flush() {
        outbound.flush();
    }

    /** Returns the channel. */
    public Channel channel() {
        return channel;
    }

    @Override
    public String toString() {
        return "ChannelTasks[" + channel + "]";
    }
}
