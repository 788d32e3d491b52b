package io.anyio.benchmarks.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds the costs or the latencies of a server and of the handler beside it to each iteration. This is a profiler
 * because only profilers may add results with their own units; {@link io.anyio.benchmarks.Main} enables it.
 */
public final class PairedResults implements InternalProfiler {
    /** The number of messages in the CPU time of one message of the handler. */
    public static final String RELATIVE = "relative";

    // the prefixes and the names of the other results
    public static final String SERVER = "server.";
    public static final String HANDLER = "handler.";
    public static final String CPU = "cpu";
    public static final String RATE = "rate";
    public static final String BYTES = "alloc";
    public static final String WAITS = "waits";
    public static final String CALLS = "calls";

    /** The latencies of the server divided by those of the handler. */
    public static final String RATIO = "ratio.";

    public static final String P50 = "p50";
    public static final String P99 = "p99";

    private static volatile List<ScalarResult> measured = List.of(); // in the iteration that has ended

    /** For JMH. */
    public PairedResults() {}

    /** Sets the costs of the iteration that ends. */
    static void costs(ServerMeter.Cost server, ServerMeter.Cost handler) {
        List<ScalarResult> results = new ArrayList<>();
        add(results, RELATIVE, handler.cpuNanos() / server.cpuNanos(), "");
        add(results, SERVER, server);
        add(results, HANDLER, handler);
        measured = results;
    }

    private static void add(List<ScalarResult> results, String who, ServerMeter.Cost cost) {
        add(results, who + CPU, cost.cpuNanos(), "ns/msg");
        add(results, who + RATE, cost.perSecond(), "msg/s");
        add(results, who + BYTES, cost.bytes(), "B/msg");
        add(results, who + WAITS, cost.waits(), "1/msg");
        add(results, who + CALLS, cost.calls(), "1/msg");
    }

    /**
     * Sets the latencies of the iteration that ends: medians of its pairs of turns, since one stop of the machine is
     * enough for more than a hundredth of the requests of a turn.
     */
    static void latencies(List<Latencies.Quantiles> server, List<Latencies.Quantiles> handler, double perSecond) {
        List<ScalarResult> results = new ArrayList<>();
        add(results, RATE, perSecond, "1/s");
        add(results, P50, server, handler, Latencies.Quantiles::p50);
        add(results, P99, server, handler, Latencies.Quantiles::p99);
        measured = results;
    }

    private static void add(
            List<ScalarResult> results,
            String name,
            List<Latencies.Quantiles> server,
            List<Latencies.Quantiles> handler,
            ToDoubleFunction<Latencies.Quantiles> quantile) {
        double[] ours = server.stream().mapToDouble(quantile).toArray();
        double[] theirs = handler.stream().mapToDouble(quantile).toArray();
        add(results, RATIO + name, median(IntStream.range(0, ours.length).mapToDouble(i -> ours[i] / theirs[i])), "");
        add(results, SERVER + name, median(DoubleStream.of(ours)), "ns");
        add(results, HANDLER + name, median(DoubleStream.of(theirs)), "ns");
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static void add(List<ScalarResult> results, String name, double value, String unit) {
        if (value >= 0) { // known
            results.add(new ScalarResult(name, value, unit, AggregationPolicy.AVG));
        }
    }

    @Override
    public String getDescription() {
        return "Costs of a server for a message: CPU time, bytes, waits and system calls of its thread; or latencies";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        measured = List.of();
    }

    @Override
    @SuppressWarnings("rawtypes") // JMH's signature
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        return measured;
    }
}
