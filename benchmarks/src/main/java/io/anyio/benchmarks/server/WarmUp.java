package io.anyio.benchmarks.server;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Lets a server serve short connections until the compiler has nothing left to do. A connection of a server's first
 * second begins in code that is not compiled yet, and a task keeps such frames at the bottom of its stack, which makes
 * each of its switches slower. Also, once both cores are busy, the compiler needs many seconds.
 */
final class WarmUp {
    private static final int COMPILER_IDLE_MILLIS = 20;
    private static final int CONNECTIONS = 50;
    private static final int UNDER_WAY = 16;

    private WarmUp() {}

    static void of(MeasuredServer server, Exchange exchange, int seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        do {
            try (PipelinedLoad load = PipelinedLoad.start(server.address(), CONNECTIONS, exchange, UNDER_WAY)) {
                load.awaitMore(10L * CONNECTIONS * UNDER_WAY);
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
}
