package io.anyio.netty;

import io.anyio.AttachedRun;
import io.anyio.Block;
import io.anyio.RunInfo;
import io.anyio.TaskFailureHandler;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.diagnostics.RunStatistics;
import io.anyio.netty.loop.EventLoopGroupRegistry;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.netty.message.ConnectionInitializer;
import io.anyio.netty.transport.NettyVersions;
import io.anyio.stream.Listener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on event loops that other code owns, for programs that are already Netty applications. AnyIO: running
 * under the native {@code run()} of the backend library, and {@code BlockingPortal}.
 *
 * <p>The following handler answers in tasks. {@code SimpleChannelInboundHandler} releases a message when
 * {@code channelRead0} returns, which is before the task runs, so the task needs a reference of its own:
 *
 * <pre>{@code
 * NettyRuntime runtime = NettyRuntime.attach(workerGroup);            // once, at the start
 *
 * protected void channelRead0(ChannelHandlerContext context, ByteBuf request) {
 *     request.retain();                                                // for the task
 *     try {
 *         runtime.start(() -> {
 *                     try {
 *                         answer(context, request);
 *                     } finally {
 *                         request.release();
 *                     }
 *                 })
 *                 .exceptionally(failure -> {
 *                     context.close();                                 // or send an error
 *                     return null;
 *                 });
 *     } catch (RunFinishedException closing) {                         // no task was started
 *         request.release();
 *         context.close();
 *     }
 * }
 *
 * runtime.shutdown(Duration.ofSeconds(10));                            // before the group is shut down
 * }</pre>
 *
 * <p>A loop has one runtime at most, which {@link #of(Channel)} finds. Runtimes of several groups can exist at the same
 * time. A group can be attached to again when the {@link #ended} of its runtime is complete.
 *
 * <p>No method waits, except {@link #close} and {@link #shutdown} on a foreign thread. May be called from any thread,
 * handlers included.
 *
 * <h2>Event loops that end first</h2>
 *
 * When all event loops of the runtime are shut down before {@link #close} or {@link #shutdown}, the runtime ends: it
 * logs a warning, refuses new tasks and cancels the live ones. Tasks of a loop that has ended continue on a fallback
 * thread until they finish.
 */
public final class NettyRuntime implements AutoCloseable {
    private final AttachedRun run;
    private final EventLoopGroup group;
    private final IdentityHashMap<EventExecutor, NettyLoopDriver> drivers =
            new IdentityHashMap<>(); // by loop; never changed
    private final String place; // where it was attached

    private NettyRuntime(EventLoopGroup group, NettyBackend backend, AttachedRun run) {
        this.group = group;
        this.run = run;
        this.place = callerOfAttach();
        for (NettyLoopDriver driver : backend.loops()) {
            drivers.put(driver.eventLoop(), driver);
        }
    }

    private static String callerOfAttach() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !frame.getClassName().equals(NettyRuntime.class.getName()))
                        .findFirst())
                .map(Object::toString)
                .orElse("an unknown place");
    }

    /**
     * Returns a runtime on the loops of a group, or on a single loop, which is a group too. The loop of an
     * {@code EmbeddedChannel} can be used if the test pumps it and no other thread wakes its tasks.
     *
     * @throws IllegalStateException if the group, or a loop of it, has been shut down, or has a runtime, or Netty is
     *     older than 4.2 or a mixture of versions
     */
    public static NettyRuntime attach(EventLoopGroup group) {
        return attach(group, NettyOptions.DEFAULTS);
    }

    /**
     * Attaches with options for channels, carrier and debug. Options that would create event loops are refused, because
     * the loops already exist.
     *
     * @throws IllegalStateException if the group, or a loop of it, has been shut down, or has a runtime whose tasks
     *     have not all ended, or the carrier is not available, or Netty is older than 4.2 or a mixture of versions
     * @throws IllegalArgumentException if the options name a transport, a number of loops, a loop factory, or the
     *     native transport
     */
    public static NettyRuntime attach(EventLoopGroup group, NettyOptions options) {
        return attachWith(group, options, AttachedRun::open);
    }

    /**
     * Attaches with options, and with a handler for the failures of tasks whose futures nothing waits for, in place of
     * the log. Throws as {@link #attach(EventLoopGroup, NettyOptions)}.
     */
    public static NettyRuntime attach(EventLoopGroup group, NettyOptions options, TaskFailureHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return attachWith(group, options, backend -> AttachedRun.open(backend, handler));
    }

    private static NettyRuntime attachWith(
            EventLoopGroup group, NettyOptions options, Function<NettyBackend, AttachedRun> opening) {
        NettyVersions.require();
        options.requireFitForAttaching();
        if (EventLoopGroupRegistry.isShutDown(group)) {
            throw shutDown(group, null);
        }
        EventLoopGroupRegistry.Attachment attachment = EventLoopGroupRegistry.attach(group);
        NettyBackend backend;
        try {
            backend = NettyBackend.attached(group, attachment, options);
        } catch (RejectedExecutionException sinceThen) {
            throw shutDown(group, sinceThen);
        }
        try {
            var runtime = new NettyRuntime(group, backend, opening.apply(backend));
            attachment.set(runtime, runtime::isOpen);
            return runtime;
        } catch (Throwable t) { // such as a carrier that is not available
            backend.close();
            throw t;
        }
    }

    private static IllegalStateException shutDown(EventLoopGroup group, @Nullable Throwable cause) {
        return new IllegalStateException(
                "The event loop group " + group + " has been shut down and runs no more tasks; attach to a live one",
                cause);
    }

    /**
     * Returns the open runtime of the channel's event loop, if there is one. Also empty for a channel that is not
     * registered with a loop. Costs one look-up in a map.
     */
    public static Optional<NettyRuntime> of(Channel channel) {
        EventLoop loop = loopOrNull(channel);
        return loop == null ? Optional.empty() : of(loop);
    }

    /** Returns the open runtime of an event loop, if there is one. See {@link #of(Channel)}. */
    public static Optional<NettyRuntime> of(EventLoop loop) {
        return EventLoopGroupRegistry.runtimeOf(Objects.requireNonNull(loop, "loop"))
                .map(NettyRuntime.class::cast)
                .filter(NettyRuntime::isOpen);
    }

    private static @Nullable EventLoop loopOrNull(Channel channel) {
        try {
            return channel.eventLoop();
        } catch (IllegalStateException notRegistered) {
            return null;
        }
    }

    /** Returns whether this runtime takes new tasks. */
    boolean isOpen() {
        return run.isOpen();
    }

    /**
     * Starts a task on one of the loops, in turn. The task inherits from the calling thread its foreign context
     * ({@link io.anyio.ContextPropagation}), its inheritable thread-locals, on the loop carrier its scoped values, and,
     * if that thread is a task, its context variables.
     *
     * <p>A failure completes the future exceptionally and does not affect other tasks. If nothing waits for the future
     * at that moment, or the future is already completed, the failure also goes to the {@link TaskFailureHandler} of
     * this runtime, or, without one, to the {@link System.Logger} {@code io.anyio}, with the task's name. Cancelling
     * the future cancels the task.
     *
     * @throws io.anyio.RunFinishedException if this runtime was closed or shut down, or all its event loops were shut
     *     down
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(ValueBlock<T, ?> body) {
        return run.start(body);
    }

    /** Starts a task without a value. See {@link #start(ValueBlock)}. */
    public CompletableFuture<@Nullable Void> start(Block<?> body) {
        return run.start(body);
    }

    /**
     * Starts a task with options, such as {@code TaskOptions.named("reader")}. If they choose a loop, the task runs on
     * that loop. See {@link #start(ValueBlock)}.
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(TaskOptions options, ValueBlock<T, ?> body) {
        return run.start(options, body);
    }

    /** Starts a task without a value, with options. See {@link #start(TaskOptions, ValueBlock)}. */
    public CompletableFuture<@Nullable Void> start(TaskOptions options, Block<?> body) {
        return run.start(options, body);
    }

    // ---- channels ----

    /**
     * Returns a handler that serves each connection in a task of its own, which receives what the handlers before it
     * have decoded. Add it at the end of the pipeline. It may be added to any number of pipelines whose channels are on
     * loops of this runtime, of servers and of HTTP/2 streams:
     *
     * <pre>{@code
     * pipeline.addLast(new HttpServerCodec(), runtime.handler(connection -> {
     *     while (true) {
     *         HttpRequest request = connection.receive(HttpRequest.class);
     *         connection.send(answer(request));
     *     }
     * }));
     * }</pre>
     *
     * <p>The task starts when the channel is active, on the loop of the channel. When the channel closes, the task is
     * cancelled; when the task ends, the channel is closed, after everything sent has been written. An end of stream, a
     * broken connection and the cancellation end the task quietly; other failures are reported as those of
     * {@link #start(Block)}, and so is a message that could not be written. A failure of another handler that the task
     * has not received is logged.
     *
     * <p>A channel on an event loop of another group is closed, and the failure goes through its pipeline. A channel
     * that leaves its event loop is closed, too.
     *
     * <p>A client that ends its output closes the channel, as always in Netty, unless the option
     * {@code ALLOW_HALF_CLOSURE} is set: then the task receives everything up to the end of the stream and can still
     * answer.
     */
    public ChannelHandler handler(Listener.Handler<? super MessageStream> body) {
        return handler(MessageStreamOptions.DEFAULTS, body);
    }

    /** Returns a handler with settings for the stream; see {@link #handler(Listener.Handler)}. */
    public ChannelHandler handler(MessageStreamOptions options, Listener.Handler<? super MessageStream> body) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(body, "body");
        return new ConnectionInitializer(
                run, this::driverOf, options::includes, messages -> body.handle(new MessageStream(messages)));
    }

    /**
     * Returns an object that starts tasks which belong to {@code channel}, always the same one.
     *
     * @throws IllegalArgumentException if the channel is not on an event loop of this runtime
     */
    public ChannelTasks on(Channel channel) {
        return ChannelTasks.of(this, channel);
    }

    /**
     * Returns the driver of the channel's event loop.
     *
     * @throws IllegalArgumentException if the channel is not on a loop of this runtime
     */
    NettyLoopDriver driverOf(Channel channel) {
        EventLoop loop = loopOrNull(channel);
        NettyLoopDriver driver = drivers.get(loop);
        if (driver == null) {
            throw notOnALoop(channel, loop);
        }
        return driver;
    }

    /** Returns the number of the channel's event loop in this runtime. Throws as {@link #driverOf}. */
    int loopOf(Channel channel) {
        return driverOf(channel).index();
    }

    private IllegalArgumentException notOnALoop(Channel channel, @Nullable EventLoop loop) {
        if (loop == null) {
            return new IllegalArgumentException("Channel " + channel
                    + " is not registered with an event loop yet. Register it first, with a loop of " + this);
        }
        return new IllegalArgumentException(
                "Channel " + channel + " is on " + loop + ", which is no event loop of " + this
                        + ". "
                        + of(loop).map(other -> "Use " + other + ", which NettyRuntime.of(channel) returns")
                                .orElse("Attach a runtime to the group of that loop, and use it"));
    }

    /** Returns a description of the event loops and the carrier of the tasks. */
    public RunInfo info() {
        return run.info();
    }

    /** Returns what this runtime has done so far: tasks, switches, deadlines. Cheap. Its own first task is included. */
    public RunStatistics statistics() {
        return run.statistics();
    }

    /**
     * Returns a stage that completes when this was closed or shut down, or all loops were shut down, and every task has
     * ended. From then on another runtime can be attached to the loops.
     */
    public CompletionStage<@Nullable Void> ended() {
        return run.ended();
    }

    /**
     * Refuses new tasks, cancels the live ones, and waits until they have ended. The loops keep running. On a thread of
     * one of the loops, and in a task of this runtime, it does not wait: see {@link #ended}. Idempotent; never shuts
     * the group down.
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

    /**
     * Ends this runtime gracefully: refuses new tasks, waits until the live ones have ended, cancels those that have
     * not ended after {@code grace}, and waits for them for 5 seconds at most. Returns true if all tasks have ended by
     * themselves. Otherwise the tasks that were cancelled, and those that are still alive, were logged with the places
     * where they wait, to the {@link System.Logger} {@code io.anyio}. The loops keep running.
     *
     * <p>May be called several times, also at the same time and together with {@link #close}. Each call waits for its
     * own period, and the first that is over cancels the tasks. Every call returns false if a call, or the shutdown of
     * the event loops, has cancelled tasks. An interrupt cancels the tasks immediately; the call waits for their end as
     * above, and the thread has its interrupt status when the call returns.
     *
     * @throws IllegalArgumentException for a negative period; with zero the tasks are cancelled immediately
     * @throws IllegalStateException if called by a task of this runtime or on the thread of one of its event loops,
     *     which must not wait for the tasks: call {@link #close} and use {@link #ended}
     */
    public boolean shutdown(Duration grace) {
        return run.shutdown(grace);
    }

    /** Returns one line: the group, the description of {@link #info}, and where this runtime was attached. */
    @Override
    public String toString() {
        return "NettyRuntime[" + group + ", " + info() + ", attached at " + place + (isOpen() ? "]" : ", closed]");
    }
}
