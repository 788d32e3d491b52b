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
 * Adds the server's cost per message to each iteration; a busy machine disturbs it less than the rate. This is a
 * profiler because only profilers may add a result with its own unit; {@link Main} enables it.
 */
public final class ServerCost implements InternalProfiler {
    public static final String CPU = "server.cpu";
    public static final String BYTES = "server.alloc";
    public static final String SWITCHES = "server.switches";

    /** The CPU time of the handler with which the server is compared. */
    public static final String HANDLER_CPU = "handler.cpu";

    /** The number of messages in the CPU time of one message of the handler. */
    public static final String RELATIVE = "relative";

    // of the running iteration; the last teardown ends the server before JMH queries the profilers
    private static volatile @Nullable Spent began;
    private static volatile @Nullable Spent ended;

    /** The cost of a server, and of the handler that is measured with it, if there is one. */
    private record Spent(ServerMeter.Spent server, ServerMeter.@Nullable Spent handler) {}

    /** For JMH. */
    public ServerCost() {}

    /** Records the cost at the beginning of an iteration, with that of the handler, if there is one. */
    static void began(ServerMeter.Spent server, ServerMeter.@Nullable Spent handler) {
        began = new Spent(server, handler);
        ended = null;
    }

    /** Records the cost at the end of an iteration. */
    static void ended(ServerMeter.Spent server, ServerMeter.@Nullable Spent handler) {
        ended = new Spent(server, handler);
    }

    @Override
    public String getDescription() {
        return "Cost of a server per message: CPU time, bytes, waits of its thread";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        // called before or after began()
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
