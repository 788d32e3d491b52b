package io.anyio.benchmarks.report;

import io.anyio.benchmarks.PeerBenchmark;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of several libraries for one benchmark as a row; see {@link PeerBenchmark}. There is a table for each
 * class of benchmarks and each place where they were run, and a column for each library.
 */
public final class PeerTable {
    private static final String BY = "by";
    private static final String OURS = "anyio";

    /** The parameters that define where a benchmark was run. */
    private static final List<String> PLACE = List.of("carrier", "loop", "loops");

    /** A benchmark with its parameters, except those of the place. */
    private record Row(String method, Map<String, String> params) {}

    private final Map<Row, Map<String, List<Measured>>> rows = new LinkedHashMap<>();
    private final Set<String> players = new TreeSet<>(); // ours sorts first

    private PeerTable(List<Measured> all) {
        for (Measured one : all) {
            Map<String, String> params = new TreeMap<>(one.params());
            String by = params.remove(BY);
            params.keySet().removeAll(PLACE);
            players.add(by);
            rows.computeIfAbsent(new Row(method(one), params), _ -> new TreeMap<>())
                    .computeIfAbsent(by, _ -> new ArrayList<>())
                    .add(one);
        }
    }

    /** Returns whether it is the result of one of several libraries. */
    public static boolean takes(Measured measured) {
        return measured.params().containsKey(BY);
    }

    /** Returns the tables; for several rounds, the medians are shown. */
    public static String of(List<Measured> all) {
        Map<String, List<Measured>> tables =
                all.stream().collect(Collectors.groupingBy(PeerTable::title, LinkedHashMap::new, Collectors.toList()));
        var text = new StringBuilder("""

                Nanoseconds per operation, kotlinx-coroutines %s, jox %s (structured %s). In parentheses: ours divided by theirs; below 1,
                ours is faster. Then the bytes allocated per operation, where they were measured.
                """.formatted((Object[]) versions()));
        tables.forEach((title, results) -> text.append("\n").append(title).append(new PeerTable(results).text()));
        return text.toString();
    }

    private static String[] versions() {
        var versions = new Properties();
        try (InputStream file = PeerTable.class.getResourceAsStream("peers.properties")) {
            versions.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Stream.of("kotlinx-coroutines", "jox", "jox-structured")
                .map(versions::getProperty)
                .toArray(String[]::new);
    }

    private String text() {
        var text = new StringBuilder("\n\n| question |");
        players.forEach(player -> text.append(" ").append(player).append(" |"));
        text.append("\n|---|").append("--:|".repeat(players.size())).append("\n");
        rows.forEach((row, answers) -> {
            text.append("| ").append((row.method() + " " + text(row.params())).strip());
            OptionalDouble ours = median(answers.getOrDefault(OURS, List.of()));
            for (String player : players) {
                text.append(" | ").append(cell(answers.getOrDefault(player, List.of()), player.equals(OURS), ours));
            }
            text.append(" |\n");
        });
        return text.toString();
    }

    private static String cell(List<Measured> answers, boolean own, OptionalDouble ours) {
        if (answers.isEmpty()) {
            return "–";
        }
        double median = median(answers).getAsDouble();
        String ratio = own || ours.isEmpty() ? "" : String.format(Locale.ROOT, " (%.2f)", ours.getAsDouble() / median);
        double[] bytes = answers.stream()
                .flatMapToDouble(answer -> answer.bytes().stream())
                .sorted()
                .toArray();
        return String.format(Locale.ROOT, median < 100 ? "%.1f" : "%.0f", median)
                + ratio
                + (bytes.length == 0 ? "" : String.format(Locale.ROOT, ", %.0f B", bytes[bytes.length / 2]));
    }

    private static OptionalDouble median(List<Measured> answers) {
        return answers.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        Measured.medianOf(answers.stream().map(Measured::median).toList()));
    }

    private static String text(Map<String, String> params) {
        return params.entrySet().stream()
                .map(param -> param.getKey() + "=" + param.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String title(Measured measured) {
        Map<String, String> place = new TreeMap<>(measured.params());
        place.keySet().retainAll(PLACE);
        return measured.name().substring(0, measured.name().indexOf('.')) + ": " + text(place);
    }

    private static String method(Measured measured) {
        return measured.name().substring(measured.name().indexOf('.') + 1);
    }
}
