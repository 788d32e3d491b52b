package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.NoEventLoopException;
import io.anyio.RunFinishedException;
import io.anyio.TaskFailureHandler;
import io.anyio.TaskOptions;
import io.anyio.jdk.JdkOptions;
import io.anyio.jdk.JdkRuntime;
import io.anyio.lowlevel.Suspension;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.sync.Event;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** The code of docs/basics.md. The test of the docs compares it with the page, runs it, and compares what it prints. */
public final class Basics {
    private Basics() {}

    /** The simplest program. */
    public static void hello() {
        // begin hello
        AnyIO.run(() -> System.out.println("Hello, world!"));
        // end hello
    }

    /** A run gives a value. */
    public static void value() {
        // begin value
        int answer = AnyIO.run(() -> {
            AnyIO.sleep(Duration.ofMillis(1));
            return 42;
        });
        System.out.println(answer);
        // end value
    }

    /** Backends by their names. */
    public static void backends() {
        // begin backends
        AnyIO.run(() -> System.out.println(AnyIO.currentBackend()), "netty");
        AnyIO.run(() -> System.out.println(AnyIO.currentBackend()), "jdk");
        AnyIO.run(() -> System.out.println(AnyIO.currentBackend()), "simulation");
        System.out.println(AnyIO.currentBackend());
        // end backends
    }

    /** Without a run of its own, on the JDK. */
    public static void runtime() {
        // begin runtime
        try (var runtime = JdkRuntime.open()) {
            CompletableFuture<String> future = runtime.start(() -> {
                AnyIO.sleep(Duration.ofMillis(1));
                return "I'm running on " + AnyIO.currentBackend().orElseThrow();
            });
            System.out.println(future.join());
        }
        // end runtime
    }

    /** On foreign loops. */
    public static void attach() throws Exception {
        // begin attach
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()); // your server's own
        try (var runtime = NettyRuntime.attach(group)) {
            CompletableFuture<String> future = runtime.start(() -> {
                AnyIO.sleep(Duration.ofMillis(1));
                return "I'm running on " + AnyIO.currentBackend().orElseThrow();
            });
            System.out.println(future.get());
        }
        System.out.println("still yours: " + !group.isShuttingDown());
        // end attach
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).sync();
    }

    /** The end of a runtime. */
    @SuppressWarnings("FutureReturnValueIgnored") // the handler gets the failures
    public static void shutdown() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        // begin shutdown
        TaskFailureHandler handler =
                (task, failure) -> System.out.println("task '" + task + "' failed: " + failure.getMessage());
        var runtime = NettyRuntime.attach(group, NettyOptions.DEFAULTS, handler);
        runtime.start(TaskOptions.named("mail"), () -> {
            throw new IOException("no connection");
        });
        runtime.start(TaskOptions.named("report"), () -> {
            AnyIO.sleep(Duration.ofMillis(20));
            System.out.println("report written");
        });
        boolean clean = runtime.shutdown(Duration.ofSeconds(10)); // then shut the group down
        System.out.println("clean: " + clean);
        // end shutdown
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).sync();
    }

    /** Answers each message in a task of its own. */
    @SuppressWarnings("FutureReturnValueIgnored") // their failures are handled
    // begin handler
    static final class Answering extends SimpleChannelInboundHandler<ByteBuf> {
        private final NettyRuntime runtime;

        Answering(NettyRuntime runtime) {
            this.runtime = runtime;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf request) {
            request.retain(); // for the task: when this method returns, the handler's reference is released
            try {
                runtime.start(TaskOptions.named("answer"), () -> {
                            try {
                                answer(context, request);
                            } finally {
                                request.release();
                            }
                        })
                        .exceptionally(failure -> {
                            context.close(); // or send an error response
                            return null;
                        });
            } catch (RunFinishedException closing) { // no task was started
                request.release();
                context.close();
            }
        }
    }
    // end handler

    private static void answer(ChannelHandlerContext context, ByteBuf request) {
        String text = request.toString(StandardCharsets.UTF_8);
        AnyIO.sleep(Duration.ofMillis(1)); // such as a look into a database
        if (text.equals("fail")) {
            throw new IllegalStateException("The client asked for it");
        }
        writeAndWait(context.channel(), Unpooled.copiedBuffer("got " + text, StandardCharsets.UTF_8));
    }

    // begin write-and-wait
    static void writeAndWait(Channel channel, Object message) {
        var written = Suspension.create("write to " + channel);
        ChannelFuture sending = channel.writeAndFlush(message);
        sending.addListener(_ -> written.resume());
        written.await(); // a checkpoint; when cancelled here, the message is still sent
        if (!sending.isSuccess()) {
            throw new IllegalStateException("Cannot write to " + channel, sending.cause());
        }
    }
    // end write-and-wait

    /** Options as an object. */
    public static void options() {
        // begin options
        var options = NettyOptions.DEFAULTS.withUseNativeTransport(true).withLoops(2);
        AnyIO.run(() -> System.out.println("loops: " + AnyIO.currentRun().loops()), options);
        // end options
    }

    /** Options of the other backend. */
    public static void jdkOptions() {
        // begin jdk-options
        AnyIO.run(() -> System.out.println("loops: " + AnyIO.currentRun().loops()), JdkOptions.DEFAULTS.withLoops(2));
        // end jdk-options
    }

    /** Options by their names. */
    public static void optionsByName() {
        // begin options-by-name
        AnyIO.run(
                () -> System.out.println("loops: " + AnyIO.currentRun().loops()),
                Backends.options("netty", Map.of("use_native_transport", true, "loops", 2)));
        // end options-by-name
    }

    /** A loop factory. */
    public static void loopFactory() {
        // begin loop-factory
        var options = NettyOptions.DEFAULTS.withLoopFactory(
                () -> new MultiThreadIoEventLoopGroup(3, NioIoHandler.newFactory()));
        AnyIO.run(() -> System.out.println("transport: " + AnyIO.currentRun().transport()), options);
        // end loop-factory
    }

    /** What native code starts is outside. */
    public static void outside() {
        // begin outside
        var done = new CompletableFuture<String>();
        AnyIO.run(() -> {
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                executor.execute(() -> {
                    try {
                        AnyIO.checkpoint();
                    } catch (NoEventLoopException notATask) {
                        done.complete("a thread of an executor is not a task");
                    }
                });
            }
        });
        System.out.println(done.join());
        // end outside
    }

    /** Three ways from a thread to a run. */
    public static void fromOutside() {
        // begin from-outside
        AnyIO.run(() -> BlockingPortal.run(portal -> {
            var event = Event.create();
            ToThread.run(() -> FromThread.run(() -> {
                AnyIO.sleep(Duration.ofMillis(1));
                System.out.println("a worker thread has waited for a task");
            }));
            Thread.ofPlatform().start(() -> {
                String answer = portal.call(() -> {
                    AnyIO.sleep(Duration.ofMillis(1));
                    return "so has another thread";
                });
                System.out.println(answer);
                event.set(); // does not wait: any thread may call it
            });
            event.await();
        }));
        // end from-outside
    }
}
