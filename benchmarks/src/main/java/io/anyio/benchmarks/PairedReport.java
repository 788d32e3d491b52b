package io.anyio.benchmarks;

import static io.anyio.benchmarks.Report.fixed;

import io.anyio.benchmarks.server.PairedResults;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The part of a {@link Report} on servers that took turns: a table for each benchmark, and charts for Mermaid. */
final class PairedReport {
    /** The parameters that define the load, in the order of the columns. */
    private static final List<String> LOAD = List.of("size", "connections", "underWay");

    private PairedReport() {}

    static boolean isPaired(BenchmarkResult result) {
        return isCost(result)
                || !result.values(PairedResults.RATIO + PairedResults.P99).isEmpty();
    }

    private static boolean isCost(BenchmarkResult result) {
        return !result.values(PairedResults.RELATIVE).isEmpty();
    }

    /** Returns the tables and charts, small messages first, the transports of one load side by side. */
    static String of(List<BenchmarkResult> unsorted) {
        Comparator<BenchmarkResult> order =
                Comparator.comparing(one -> LoopKind.of(one.param("loop")), Comparator.naturalOrder());
        order = order.thenComparing(one -> one.param("style"));
        for (String name : LOAD.reversed()) {
            order = Comparator.comparingInt((BenchmarkResult one) -> Integer.parseInt(one.param(name)))
                    .thenComparing(order);
        }
        return unsorted.stream()
                .sorted(order)
                .collect(Collectors.groupingBy(BenchmarkResult::type, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(PairedReport::ofOneBenchmark)
                .collect(Collectors.joining());
    }

    private static String ofOneBenchmark(List<BenchmarkResult> results) {
        return isCost(results.getFirst()) ? costs(results) + chart(results) : latencies(results);
    }

    private static String costs(List<BenchmarkResult> results) {
        return """

                %s. Relative: messages for the same CPU time of the server, where the hand-written handler that
                alternated with it is 1.00; the median of all iterations and (lowest – highest). Of server / handler: CPU time for a
                message in µs, thousands of messages in a second, bytes allocated on the heap for a message; for 1,000 messages, how
                often the thread went to sleep, and its system calls, if they were counted.
                """.formatted(results.getFirst().type())
                + table(
                        results,
                        List.of("relative", "CPU, µs", "messages/s, k", "bytes", "waits", "calls"),
                        one -> List.of(
                                withRange(one, PairedResults.RELATIVE),
                                pair(one, PairedResults.CPU, 1e-3, 2),
                                pair(one, PairedResults.RATE, 1e-3, 0),
                                pair(one, PairedResults.BYTES, 1, 0),
                                pair(one, PairedResults.WAITS, 1e3, 0),
                                pair(one, PairedResults.CALLS, 1e3, 0)));
    }

    private static String latencies(List<BenchmarkResult> results) {
        return """

                %s. p50 and p99: the latency of the server divided by that of the hand-written handler that
                alternated with it, at the same fixed rate. Each iteration is the median of its pairs of turns; here are the median of all
                iterations and (lowest – highest). Of server / handler: medians in µs.
                """.formatted(results.getFirst().type())
                + table(
                        results,
                        List.of("requests/s, k", "p50", "p99", "p50, µs", "p99, µs"),
                        one -> List.of(
                                fixed(1e-3 * one.median(PairedResults.RATE).orElseThrow(), 0),
                                withRange(one, PairedResults.RATIO + PairedResults.P50),
                                withRange(one, PairedResults.RATIO + PairedResults.P99),
                                pair(one, PairedResults.P50, 1e-3, 0),
                                pair(one, PairedResults.P99, 1e-3, 0)));
    }

    private static String table(
            List<BenchmarkResult> results, List<String> figures, Function<BenchmarkResult, List<String>> cells) {
        List<String> load = load(results.getFirst());
        List<String> head = new ArrayList<>(load);
        head.addAll(List.of("loop", "style"));
        head.addAll(figures);
        return "\n" + row(head) + "|" + "--:|".repeat(load.size()) + "---|---|" + "--:|".repeat(figures.size()) + "\n"
                + results.stream()
                        .map(one -> row(Stream.concat(
                                        Stream.concat(load.stream(), Stream.of("loop", "style"))
                                                .map(one::param),
                                        cells.apply(one).stream())
                                .toList()))
                        .collect(Collectors.joining());
    }

    private static List<String> load(BenchmarkResult result) {
        return LOAD.stream().filter(result.params()::containsKey).toList();
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String withRange(BenchmarkResult one, String metric) {
        List<Double> values = one.values(metric);
        return fixed(one.median(metric).orElseThrow(), 2) + " (" + fixed(Collections.min(values), 2) + " – "
                + fixed(Collections.max(values), 2) + ")";
    }

    /** Returns a cell with a figure of our server and of the handler. */
    private static String pair(BenchmarkResult result, String metric, double scale, int digits) {
        OptionalDouble server = result.median(PairedResults.SERVER + metric);
        OptionalDouble handler = result.median(PairedResults.HANDLER + metric);
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
                        results.stream().map(PairedReport::label).collect(Collectors.joining(", ")),
                        results.stream()
                                .map(one -> fixed(
                                        100 * one.median(PairedResults.RELATIVE).orElseThrow(), 0))
                                .collect(Collectors.joining(", ")));
    }

    /** Returns the name of a bar. */
    private static String label(BenchmarkResult one) {
        String style = one.param("style").equals(Report.OURS) ? "" : ", " + one.param("style");
        String load = load(one).stream()
                .map(name -> one.param(name) + (name.equals("size") ? " B" : ""))
                .collect(Collectors.joining(" × "));
        return "\"" + load + ", " + one.param("loop") + style + "\"";
    }
}
