package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.NoEventLoopException;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.sync.Event;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
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
        AnyIO.run(() -> System.out.println(AnyIO.currentBackend()), "simulation");
        System.out.println(AnyIO.currentBackend());
        // end backends
    }

    /** On loops of somebody else. */
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

    /** Options as an object. */
    public static void options() {
        // begin options
        var options = NettyOptions.DEFAULTS.withUseNativeTransport(true).withLoops(2);
        AnyIO.run(() -> System.out.println("loops: " + AnyIO.currentRun().loops()), options);
        // end options
    }

    /** Options by their names. */
    public static void optionsByName() {
        // begin options-by-name
        AnyIO.run(
                () -> System.out.println("loops: " + AnyIO.currentRun().loops()),
                "netty",
                Map.of("use_native_transport", true, "loops", 2));
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

    /** What does not block may be called from anywhere. */
    public static void fromOutside() {
        // begin from-outside
        AnyIO.run(() -> {
            var event = Event.create();
            Thread.ofPlatform().start(() -> {
                System.out.println("set by another thread");
                event.set();
            });
            event.await();
            System.out.println("the task goes on");
        });
        // end from-outside
    }
}
