package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.EventLoops;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** A server, its clients, and the meter of its cost. */
final class EchoContender implements AutoCloseable {
    private static final int COMPILER_IDLE_MILLIS = 20;
    private static final int WARM_UP_CONNECTIONS = 50;
    private static final long TURN_MILLIS = 100;
    private static final long REST_MILLIS = 20; // to serve the messages under way when the load pauses

    private final EchoServer server;
    private final EchoLoad load;
    private final ServerMeter meter;
    private long messagesBefore; // this and the next: of the current measurement
    private long nanos;

    /** Puts a paused load on a server that {@link #warmedUp} has returned. */
    EchoContender(EchoServer server, String style, int connections, int size) {
        this.server = server;
        this.load = EchoLoad.start(server.address(), connections, size);
        this.meter = new ServerMeter(server.threads());
        load.pause();
        System.out.println("# " + style + ", " + EventLoops.netty() + ", clients on " + EchoLoad.KIND.label()
                + ", process " + ProcessHandle.current().pid() + ", thread of the server's loop " + meter.thread());
    }

    /**
     * Returns a server that has served short connections until the compiler had nothing left to do. A connection of a
     * server's first second begins in code that is not compiled yet, and a task keeps such frames at the bottom of its
     * stack, which makes each of its switches slower. Also, once both cores are busy, the compiler needs many seconds.
     */
    static EchoServer warmedUp(String loop, String style, int size, int seconds) throws Exception {
        EchoServer server = EchoServer.open(loop, style);
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            do {
                try (EchoLoad load = EchoLoad.start(server.address(), WARM_UP_CONNECTIONS, size)) {
                    load.awaitMore(10L * WARM_UP_CONNECTIONS * EchoLoad.IN_FLIGHT);
                }
                awaitCompiler();
            } while (System.nanoTime() < end);
            return server;
        } catch (Throwable t) {
            server.close();
            throw t;
        }
    }

    private static void awaitCompiler() throws InterruptedException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long before = -1;
        for (long now = compiler.getTotalCompilationTime(); now != before; now = compiler.getTotalCompilationTime()) {
            before = now;
            Thread.sleep(COMPILER_IDLE_MILLIS);
        }
    }

    /** Begins a measurement. */
    void begin(boolean countCalls) throws IOException {
        messagesBefore = load.echoed();
        nanos = 0;
        meter.begin(countCalls);
    }

    /** Serves the clients for a tenth of a second. */
    void takeTurn() throws InterruptedException {
        long start = System.nanoTime();
        load.resume();
        load.awaitMore(1); // fails when the load has failed
        Thread.sleep(TURN_MILLIS);
        load.pause();
        nanos += System.nanoTime() - start;
        Thread.sleep(REST_MILLIS);
    }

    /** Ends the measurement. */
    ServerMeter.Cost end() throws IOException {
        return meter.end((double) (load.echoed() - messagesBefore), nanos);
    }

    /** Ends the load, then the server. */
    @Override
    public void close() {
        try (server) {
            load.close();
        }
    }
}
