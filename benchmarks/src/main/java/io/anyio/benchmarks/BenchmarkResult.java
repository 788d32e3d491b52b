package io.anyio.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A benchmark with its parameters, and all that JMH has measured: every iteration of every fork, in every round.
 *
 * @param type the simple name of the benchmark's class
 * @param method the name of its method
 * @param params the parameters
 * @param settings how it was measured, for the reader of a report
 * @param unit the unit of the score
 * @param rounds how often the benchmark was run
 * @param values the scores, and the results of profilers by their names
 */
record BenchmarkResult(
        String type,
        String method,
        Map<String, String> params,
        String settings,
        String unit,
        int rounds,
        Map<String, List<Double>> values) {
    private static final String SCORE = "score";

    /** Returns the results in JMH's files, several rounds of a benchmark as one. */
    static Collection<BenchmarkResult> all(List<String> files) {
        Map<List<Object>, BenchmarkResult> results = new LinkedHashMap<>();
        for (String file : files) {
            for (Entry entry : parse(file)) {
                BenchmarkResult one = entry.result();
                results.merge(List.of(one.type, one.method, one.params), one, BenchmarkResult::and);
            }
        }
        return results.values();
    }

    private static Entry[] parse(String file) {
        try {
            Entry[] entries = new Gson().fromJson(file, Entry[].class);
            return entries == null ? new Entry[0] : entries;
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("Not JSON as JMH writes it: " + e.getMessage(), e);
        }
    }

    private BenchmarkResult and(BenchmarkResult more) {
        more.values.forEach((metric, numbers) -> values.merge(
                metric,
                numbers,
                (ours, theirs) -> Stream.concat(ours.stream(), theirs.stream()).toList()));
        return new BenchmarkResult(type, method, params, settings, unit, rounds + 1, values);
    }

    /** Returns the median of the scores, which one disturbed iteration does not move. */
    double score() {
        return median(SCORE).orElseThrow();
    }

    /** Returns the median of a profiler's results, if there are any. */
    OptionalDouble median(String metric) {
        double[] sorted = values(metric).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((sorted[middle] + sorted[(sorted.length - 1) / 2]) / 2);
    }

    String param(String name) {
        return params.getOrDefault(name, "0");
    }

    List<Double> values(String metric) {
        return values.getOrDefault(metric, List.of());
    }

    /** An entry of a file of JMH. */
    private record Entry(
            @Nullable String benchmark,
            @Nullable Map<String, String> params,
            Metric primaryMetric,
            @Nullable Map<String, Metric> secondaryMetrics,
            int forks,
            int measurementIterations,
            String measurementTime,
            String jdkVersion,
            String vmName,
            String vmVersion,
            String jmhVersion,
            List<String> jvmArgs) {

        BenchmarkResult result() {
            if (benchmark == null) {
                throw new IllegalArgumentException("Not a result of JMH: no benchmark");
            }
            String[] names = benchmark.split("\\.", -1);
            Map<String, List<Double>> values = new TreeMap<>(Map.of(SCORE, primaryMetric.values()));
            if (secondaryMetrics != null) {
                secondaryMetrics.forEach((name, metric) -> values.put(name, metric.values()));
            }
            return new BenchmarkResult(
                    names[names.length - 2],
                    names[names.length - 1],
                    new TreeMap<>(params == null ? Map.of() : params),
                    forks + " × " + measurementIterations + " iterations of " + measurementTime + ". JDK " + jdkVersion
                            + " (" + vmName + " " + vmVersion + "), JMH " + jmhVersion + ", " + EventLoops.netty()
                            + ".\nJVM arguments: " + jvmArgs,
                    primaryMetric.scoreUnit,
                    1,
                    values);
        }
    }

    private record Metric(@Nullable List<List<Double>> rawData, String scoreUnit) {

        /** Returns the values of all iterations; some profilers have none, but one for all iterations. */
        List<Double> values() {
            return rawData == null
                    ? List.of()
                    : rawData.stream().flatMap(List::stream).toList(); // a list for each fork
        }
    }
}
