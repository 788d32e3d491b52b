package io.anyio.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * One result of JMH.
 *
 * @param name the benchmark's class and method, without the package
 * @param params the parameters
 * @param median the median of all iterations of all forks, which one disturbed iteration does not move
 * @param unit the unit of the median
 * @param secondary the results of profilers, by name, for each iteration
 */
public record Measured(
        String name, Map<String, String> params, double median, String unit, Map<String, List<Double>> secondary) {

    /** Returns the results in a file of JMH. */
    public static List<Measured> all(Object json) {
        return list(json).stream().map(Measured::of).toList();
    }

    public static Measured of(Object entry) {
        String benchmark = text(entry, "benchmark");
        Map<String, String> params = new TreeMap<>();
        if (map(entry).get("params") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> params.put(String.valueOf(name), String.valueOf(value)));
        }
        Object primary = member(entry, "primaryMetric");
        Map<String, List<Double>> secondary = new TreeMap<>();
        if (map(entry).get("secondaryMetrics") instanceof Map<?, ?> metrics) {
            metrics.forEach((name, metric) -> {
                List<Double> values = values(member(metric, "rawData"));
                if (!values.isEmpty()) { // some profilers give one result for all iterations
                    secondary.put(String.valueOf(name), List.copyOf(values));
                }
            });
        }
        return new Measured(
                benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1),
                params,
                medianOf(values(member(primary, "rawData"))),
                text(primary, "scoreUnit"),
                secondary);
    }

    /** Returns one result for each benchmark with its parameters: the medians of several rounds. */
    public static List<Measured> medians(List<Measured> rounds) {
        Map<List<Object>, List<Measured>> together = new LinkedHashMap<>();
        for (Measured one : rounds) {
            together.computeIfAbsent(one.key(), _ -> new ArrayList<>()).add(one);
        }
        return together.values().stream().map(Measured::median).toList();
    }

    private static Measured median(List<Measured> rounds) {
        Map<String, List<Double>> secondary = new TreeMap<>();
        for (Measured round : rounds) {
            round.secondary.forEach((metric, values) ->
                    secondary.computeIfAbsent(metric, _ -> new ArrayList<>()).addAll(values));
        }
        Measured first = rounds.getFirst();
        return new Measured(
                first.name,
                first.params,
                medianOf(rounds.stream().map(Measured::median).toList()),
                first.unit,
                secondary);
    }

    /** Returns the key that rounds of one benchmark have in common. */
    public List<Object> key() {
        return List.of(name, params);
    }

    /** Returns the bytes allocated per operation, if {@code -prof gc} was enabled. */
    public OptionalDouble bytes() {
        return extra("gc.alloc.rate.norm");
    }

    /** Returns the median of a profiler's result, if the profiler was enabled. */
    public OptionalDouble extra(String metric) {
        List<Double> values = extras(metric);
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(medianOf(values));
    }

    /** Returns a profiler's result for each iteration. */
    public List<Double> extras(String metric) {
        return secondary.getOrDefault(metric, List.of());
    }

    /** Returns the values of all iterations of all forks; JMH writes one list for each fork. */
    private static List<Double> values(Object rawData) {
        List<Double> values = new ArrayList<>();
        for (Object fork : list(rawData)) {
            for (Object iteration : list(fork)) {
                if (iteration instanceof Double value) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    /** Returns the median of {@code unsorted}. */
    public static double medianOf(List<Double> unsorted) {
        List<Double> values = new ArrayList<>(unsorted);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("Not a result of JMH: no iterations");
        }
        Collections.sort(values);
        int middle = values.size() / 2;
        return values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2;
    }

    /** Returns a member that must exist. */
    public static Object member(Object object, String name) {
        Object member = map(object).get(name);
        if (member == null) {
            throw new IllegalArgumentException("Not a result of JMH: no " + name);
        }
        return member;
    }

    /** Returns a text that must exist. */
    public static String text(Object object, String name) {
        return String.valueOf(member(object, name));
    }

    private static Map<?, ?> map(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException("Not a result of JMH: expected an object, not " + value);
    }

    public static List<?> list(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("Not a result of JMH: expected a list, not " + value);
    }
}
