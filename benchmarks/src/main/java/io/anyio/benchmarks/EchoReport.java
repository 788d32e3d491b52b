package io.anyio.benchmarks;

import static io.anyio.benchmarks.Report.fixed;

import io.anyio.benchmarks.echo.ServerCost;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The part of a {@link Report} on paired echo servers: a table, and a chart for Mermaid. */
final class EchoReport {
    private EchoReport() {}

    static boolean isPairedEcho(BenchmarkResult result) {
        return !result.values(ServerCost.RELATIVE).isEmpty();
    }

    /** Returns the table and the chart, small messages first, the transports of one load side by side. */
    static String of(List<BenchmarkResult> unsorted) {
        List<BenchmarkResult> results = unsorted.stream()
                .sorted(Comparator.comparingInt((BenchmarkResult one) -> Integer.parseInt(one.param("size")))
                        .thenComparingInt(one -> Integer.parseInt(one.param("connections")))
                        .thenComparing(one -> LoopKind.of(one.param("loop")))
                        .thenComparing(one -> one.param("style")))
                .toList();
        return results.isEmpty() ? "" : table(results) + chart(results);
    }

    private static String table(List<BenchmarkResult> results) {
        return """

                Relative: messages for the same CPU time of the server, where the hand-written handler that alternated with it is 1.00; the
                median of all iterations and (lowest – highest). Of server / handler: CPU time for a message in µs, thousands of messages in
                a second, bytes allocated on the heap for a message; for 1,000 messages, how often the thread went to sleep, and its system
                calls, if they were counted.

                | size | connections | loop | style | relative | CPU, µs | messages/s, k | bytes | waits | calls |
                |--:|--:|---|---|--:|--:|--:|--:|--:|--:|
                """ + results.stream().map(EchoReport::row).collect(Collectors.joining());
    }

    private static String row(BenchmarkResult one) {
        List<Double> relative = one.values(ServerCost.RELATIVE);
        List<String> cells = List.of(
                one.param("size"),
                one.param("connections"),
                one.param("loop"),
                one.param("style"),
                fixed(median(one), 2) + " (" + fixed(Collections.min(relative), 2) + " – "
                        + fixed(Collections.max(relative), 2) + ")",
                pair(one, ServerCost.CPU, 1e-3, 2),
                pair(one, ServerCost.RATE, 1e-3, 0),
                pair(one, ServerCost.BYTES, 1, 0),
                pair(one, ServerCost.WAITS, 1e3, 0),
                pair(one, ServerCost.CALLS, 1e3, 0));
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static double median(BenchmarkResult echo) {
        return echo.median(ServerCost.RELATIVE).orElseThrow();
    }

    /** Returns a cell with a figure of our server and of the handler. */
    private static String pair(BenchmarkResult result, String metric, double scale, int digits) {
        OptionalDouble server = result.median(ServerCost.SERVER + metric);
        OptionalDouble handler = result.median(ServerCost.HANDLER + metric);
        return server.isEmpty() || handler.isEmpty()
                ? "–"
                : fixed(scale * server.getAsDouble(), digits) + " / " + fixed(scale * handler.getAsDouble(), digits);
    }

    private static String chart(List<BenchmarkResult> results) {
        return """

                ```mermaid
                xychart-beta horizontal
                    title "Messages for the same CPU time of the server; Netty handler on the same transport = 100"
                    x-axis [%s]
                    bar [%s]
                ```
                """.formatted(
                        results.stream().map(EchoReport::label).collect(Collectors.joining(", ")),
                        results.stream().map(one -> fixed(100 * median(one), 0)).collect(Collectors.joining(", ")));
    }

    /** Returns the name of a bar. */
    private static String label(BenchmarkResult echo) {
        String style = echo.param("style").equals(Report.OURS) ? "" : ", " + echo.param("style");
        return "\"" + echo.param("size") + " B × " + echo.param("connections") + ", " + echo.param("loop") + style
                + "\"";
    }
}
