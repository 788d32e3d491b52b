package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.LoopBenchmark;
import io.anyio.benchmarks.LoopKind;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server under load, and the meter of its cost. */
final class EchoSide implements AutoCloseable {
    private static final int COMPILER_IDLE_MILLIS = 20;
    private static final int WARM_UP_CONNECTIONS = 50;

    private final EchoStyle style;
    private final EchoServer server;
    private @Nullable EchoLoad load; // since start()
    private @Nullable ServerMeter meter; // since start()

    private EchoSide(EchoStyle style, EchoServer server) {
        this.style = style;
        this.server = server;
    }

    /** Starts a server, and serves for {@code warmUpSeconds} seconds until its code is compiled. */
    static EchoSide open(String transport, String style, int size, int warmUpSeconds) throws Exception {
        LoopKind kind = LoopKind.of(transport);
        kind.whyNot().ifPresent(reason -> {
            throw new IllegalStateException("transport=" + transport + " is not available: " + reason);
        });
        EchoStyle wanted = EchoStyle.of(style);
        EchoServer server = EchoServer.open(kind, wanted);
        try {
            warmUp(server, size, warmUpSeconds);
            return new EchoSide(wanted, server);
        } catch (Throwable t) {
            server.close();
            throw t;
        }
    }

    /** Starts the load, which continues until the end. */
    void start(int connections, int size) throws Exception {
        EchoLoad started = EchoLoad.start(server.address(), connections, size);
        load = started;
        var metered = new ServerMeter(server.loop(), style == EchoStyle.ANYIO_PORTABLE, started);
        meter = metered;
        System.out.println("# " + style.label() + ", " + LoopBenchmark.netty() + ", clients on "
                + EchoLoad.kind().label() + ", process "
                + ProcessHandle.current().pid() + ", thread of the server's loop " + metered.thread());
    }

    /**
     * Serves short connections until the compiler has nothing left to do. A connection of a server's first second
     * begins in code that is not compiled yet, and a task keeps such frames at the bottom of its stack, which makes
     * each of its switches slower. Also, once both cores are busy, the compiler needs many seconds.
     */
    private static void warmUp(EchoServer server, int size, int seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        do {
            try (EchoLoad load = EchoLoad.start(server.address(), WARM_UP_CONNECTIONS, size)) {
                load.awaitMore(10L * WARM_UP_CONNECTIONS * EchoLoad.IN_FLIGHT);
            }
            awaitCompiler();
        } while (System.nanoTime() < end);
    }

    private static void awaitCompiler() throws InterruptedException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long before = -1;
        for (long now = compiler.getTotalCompilationTime(); now != before; now = compiler.getTotalCompilationTime()) {
            before = now;
            Thread.sleep(COMPILER_IDLE_MILLIS);
        }
    }

    EchoLoad load() {
        return LoopBenchmark.whenOpen(load);
    }

    ServerMeter meter() {
        return LoopBenchmark.whenOpen(meter);
    }

    /** Ends the load, then the server. */
    @Override
    public void close() {
        try (EchoLoad _ = load) {
            // closed at the end of this block
        } finally {
            server.close();
        }
    }
}
