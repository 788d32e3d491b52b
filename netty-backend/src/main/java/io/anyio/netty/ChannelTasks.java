package io.anyio.netty;

import io.anyio.Block;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.WouldBlockException;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.netty.loop.ChannelLoop;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.netty.message.OutboundMessages;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
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
    private final TaskOptions defaults; // with the loop
    private final WaitQueue section = WaitQueue.create(); // used as a critical section only
    private @Nullable Live newest; // guarded by the section: the first of the tasks that have not ended
    private volatile boolean closed; // set once by the loop

    /** A task that has not ended, in the list of them. */
    private static final class Live {
        private volatile @Nullable CompletableFuture<?> future; // set once by the thread that starts the task
        private boolean listed; // this field and the ones below are guarded by the section

        @Nullable
        private Live next;

        @Nullable
        private Live previous;

        void cancel() {
            CompletableFuture<?> task = future;
            if (task != null) {
                task.cancel(false);
            }
        }
    }

    private void add(Live task) {
        section.enter();
        Live first = newest;
        task.next = first;
        if (first != null) {
            first.previous = task;
        }
        newest = task;
        task.listed = true;
        section.leave();
    }

    private void remove(Live task) {
        section.enter();
        if (task.listed) {
            task.listed = false;
            Live before = task.previous;
            Live after = task.next;
            if (before == null) {
                newest = after;
            } else {
                before.next = after;
            }
            if (after != null) {
                after.previous = before;
            }
            task.previous = null; // keeps no ended task alive
        }
        section.leave();
    }

    private ChannelTasks(NettyRuntime runtime, Channel channel) {
        NettyLoopDriver driver = runtime.driverOf(channel);
        this.runtime = runtime;
        this.channel = channel;
        this.loop = driver.index();
        this.defaults = TaskOptions.DEFAULTS.withLoop(loop);
        this.outbound = OutboundMessages.of(channel, ChannelLoop.of(driver));
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
        closed = true; // before the list is read: a task that is added later sees it
        while (true) {
            section.enter();
            Live task = newest;
            section.leave();
            if (task == null) {
                return;
            }
            task.cancel();
            remove(task); // so that the next one is the newest
        }
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
        return this.<@Nullable Void>start(placed(options).withNameOf(body), () -> {
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
        add(task);
        CompletableFuture<T> future = null;
        try {
            future = runtime.start(placed(options).withNameOf(body), () -> {
                try {
                    return body.call();
                } finally {
                    remove(task);
                }
            });
            task.future = future;
            if (closed) {
                future.cancel(false); // the list may have been read before the future was set
            }
            return future;
        } finally {
            if (future == null || future.isDone()) { // without memory its code never begins
                remove(task);
            }
        }
    }

    private TaskOptions placed(TaskOptions options) {
        if (options == TaskOptions.DEFAULTS) {
            return defaults;
        }
        OptionalInt chosen = options.loop();
        return chosen.isPresent() && chosen.getAsInt() == loop ? options : options.withLoop(loop);
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
