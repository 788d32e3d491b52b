package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.Main;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds to each iteration what the server has spent for a message, which a busy machine disturbs less than the rate. A
 * profiler, because only those may add a result with a unit of its own; {@link Main} switches it on.
 */
public final class ServerCost implements InternalProfiler {
    public static final String CPU = "server.cpu";
    public static final String BYTES = "server.alloc";
    public static final String SWITCHES = "server.switches";

    /** CPU time of the handler that the server is compared with. */
    public static final String HANDLER_CPU = "handler.cpu";

    /** Messages for the CPU time of one of the handler's. */
    public static final String RELATIVE = "relative";

    // of the running iteration; the last one's teardown ends the server before JMH asks the profilers
    private static volatile @Nullable Spent began;
    private static volatile @Nullable Spent ended;

    /** What a server has spent, and the handler beside it, if there is one. */
    private record Spent(ServerMeter.Spent server, ServerMeter.@Nullable Spent handler) {}

    /** For JMH. */
    public ServerCost() {}

    /** Where the server stands at the beginning of an iteration, and the handler beside it, if there is one. */
    static void began(ServerMeter.Spent server, ServerMeter.@Nullable Spent handler) {
        began = new Spent(server, handler);
        ended = null;
    }

    /** Where they stand at the end of an iteration. */
    static void ended(ServerMeter.Spent server, ServerMeter.@Nullable Spent handler) {
        ended = new Spent(server, handler);
    }

    @Override
    public String getDescription() {
        return "What a server spends for each message: CPU time, bytes, waits of its thread";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        // comes before or after the benchmark has told
    }

    @Override
    @SuppressWarnings("rawtypes") // JMH's signature
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Spent start = began;
        Spent end = ended;
        began = null;
        ended = null;
        if (start == null || end == null) { // not a benchmark of a server
            return List.of();
        }
        List<Result<?>> results = new ArrayList<>(ofServer(start.server(), end.server()));
        if (!results.isEmpty() && start.handler() != null && end.handler() != null) {
            double handler = cpu(start.handler(), end.handler());
            results.add(average(HANDLER_CPU, handler, "ns/msg"));
            results.add(average(RELATIVE, handler / cpu(start.server(), end.server()), ""));
        }
        return results;
    }

    private static List<Result<?>> ofServer(ServerMeter.Spent start, ServerMeter.Spent end) {
        double messages = end.messages() - start.messages();
        if (messages <= 0) {
            return List.of();
        }
        List<Result<?>> results = new ArrayList<>();
        results.add(average(CPU, cpu(start, end), "ns/msg"));
        results.add(average(BYTES, (end.bytes() - start.bytes()) / messages, "B/msg"));
        if (start.switches() >= 0 && end.switches() >= 0) {
            results.add(average(SWITCHES, (end.switches() - start.switches()) / messages, "1/msg"));
        }
        return results;
    }

    private static double cpu(ServerMeter.Spent start, ServerMeter.Spent end) {
        return (double) (end.cpuNanos() - start.cpuNanos()) / (end.messages() - start.messages());
    }

    private static ScalarResult average(String name, double value, String unit) {
        return new ScalarResult(name, value, unit, AggregationPolicy.AVG);
    }
}
