package io.anyio.benchmarks.echo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds the number of system calls of the server's loop thread per message to each iteration. Linux's {@code perf}
 * counts them, which must be installed and permitted, and which costs the server almost nothing. Enabled on request:
 * {@code -prof io.anyio.benchmarks.echo.SystemCalls}.
 */
public final class SystemCalls implements InternalProfiler {
    public static final String CALLS = "server.calls";

    private static final long PATIENCE_SECONDS = 5;

    private static volatile boolean wanted; // written by JMH, which begins an iteration before the benchmark does
    private static volatile boolean impossible; // these and the rest: written by the benchmark's thread
    private static volatile @Nullable Process perf; // while an iteration runs
    private static volatile long before; // messages at its beginning
    private static volatile long messages; // in the iteration that has ended
    private static volatile @Nullable Double calls; // in the iteration that has ended

    /** For JMH. */
    public SystemCalls() {}

    /** Starts to count. */
    static void began(ServerMeter meter) {
        calls = null;
        if (!wanted || impossible || !meter.tellsThread()) {
            return;
        }
        try {
            Process started = new ProcessBuilder(
                            "perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-t", meter.thread())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            awaitCounter(started);
            before = meter.now().messages();
            perf = started;
        } catch (IOException noPerf) {
            giveUp(noPerf.getMessage());
        }
    }

    /** Waits until perf has opened its counter, which happens some time after its start. */
    private static void awaitCounter(Process perf) throws IOException {
        Path descriptors = Path.of("/proc", Long.toString(perf.pid()), "fd");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (perf.isAlive() && System.nanoTime() < end) {
            try (Stream<Path> all = Files.list(descriptors)) {
                if (all.anyMatch(SystemCalls::isCounter)) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
        throw new IOException(new String(perf.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    private static boolean isCounter(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("perf_event");
        } catch (IOException closedAgain) {
            return false;
        }
    }

    /** Stops counting. */
    static void ended(ServerMeter meter) {
        Process counting = perf;
        if (counting == null) {
            return;
        }
        perf = null;
        try {
            // perf prints its count when it is interrupted
            new ProcessBuilder("kill", "-INT", Long.toString(counting.pid())).start();
            String printed = new String(counting.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            messages = meter.now().messages() - before;
            calls = Double.valueOf(printed.strip().split(",", 2)[0]);
        } catch (IOException | NumberFormatException nothingCounted) {
            giveUp(nothingCounted.getMessage());
        }
    }

    private static void giveUp(@Nullable String why) {
        impossible = true;
        System.out.println("# system calls cannot be counted: " + why);
    }

    @Override
    public String getDescription() {
        return "System calls of a server's thread per message, counted by perf";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        wanted = true;
    }

    @Override
    @SuppressWarnings("rawtypes") // JMH's signature
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Double counted = calls;
        calls = null;
        return counted == null || messages <= 0
                ? List.of()
                : List.of(new ScalarResult(CALLS, counted / messages, "1/msg", AggregationPolicy.AVG));
    }
}
