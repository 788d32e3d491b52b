package io.anyio.benchmarks;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints JMH's results as tables; for several rounds the medians. There is a table for each class of benchmarks in each
 * place, with a column for each library: the one that the parameter {@code by} names, or {@code baseline} for a
 * benchmark {@code xBaseline}, which belongs to {@code x}. Servers that took turns have tables of their own, and charts
 * for Mermaid.
 *
 * <pre>{@code
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Report results-1.json results-2.json results-3.json
 * }</pre>
 */
public final class Report {
    static final String OURS = "anyio";
    private static final String BASELINE = "Baseline";
    private static final String BYTES = "gc.alloc.rate.norm";

    /** The parameters that define where a benchmark was run. */
    private static final Set<String> PLACE = Set.of("carrier", "loop", "loops");

    private Report() {}

    /** Prints the tables of the files named by the arguments; exits with 2 if there is no readable file. */
    public static void main(String[] args) throws IOException {
        try {
            List<String> files = new ArrayList<>();
            for (String file : args) {
                files.add(Files.readString(Path.of(file)));
            }
            print(of(files));
        } catch (NoSuchFileException e) {
            Main.refuse("There is no file " + e.getFile());
        } catch (IllegalArgumentException e) {
            Main.refuse(e.getMessage());
        }
    }

    /** Prints a report in UTF-8, not in the system's character set, so that redirected output keeps all characters. */
    static void print(String report) {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        out.print(report);
        out.flush();
    }

    /** Returns the report on JMH's files. */
    static String of(List<String> files) {
        Collection<BenchmarkResult> all = BenchmarkResult.all(files);
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    "No results. Usage: Report results.json...    (written by JMH with -rf json -rff results.json)");
        }
        Map<String, List<BenchmarkResult>> bySettings = grouped(all, BenchmarkResult::settings);
        return bySettings.values().stream()
                .map(results -> header(results) + tables(results))
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, List<BenchmarkResult>> grouped(
            Collection<BenchmarkResult> results, Function<BenchmarkResult, String> key) {
        return results.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    /** Returns the settings with which results were measured; without them the numbers mean little. */
    private static String header(Collection<BenchmarkResult> results) {
        var rounds = results.stream().mapToInt(BenchmarkResult::rounds).summaryStatistics();
        String range = (rounds.getMin() < rounds.getMax() ? rounds.getMin() + " to " : "") + rounds.getMax();
        return "Medians of " + (rounds.getMax() == 1 ? "" : range + " rounds of ")
                + results.iterator().next().settings() + "\n";
    }

    private static String tables(List<BenchmarkResult> results) {
        Map<Boolean, List<BenchmarkResult>> kinds =
                results.stream().collect(Collectors.partitioningBy(PairedReport::isPaired));
        return comparison(kinds.getOrDefault(false, List.of())) + PairedReport.of(kinds.getOrDefault(true, List.of()));
    }

    private static String comparison(List<BenchmarkResult> results) {
        if (results.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("""

                Nanoseconds per operation, unless the title has another unit; %s. In parentheses: ours divided by theirs; below 1,
                ours is faster. Then the bytes allocated per operation, where they were measured.
                """.formatted(peers()));
        grouped(results, Report::title).forEach((title, rows) -> text.append("\n" + title + "\n\n" + table(rows)));
        return text.toString();
    }

    /** Returns the versions of the other libraries, which the build has written to a file. */
    private static String peers() {
        try (InputStream file = Report.class.getResourceAsStream("peers.txt")) {
            return file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String title(BenchmarkResult result) {
        Map<String, String> place = new TreeMap<>(result.params());
        place.keySet().retainAll(PLACE);
        return result.type() + ": " + text(place) + (result.unit().equals("ns/op") ? "" : ", " + result.unit());
    }

    private static String question(BenchmarkResult result) {
        Map<String, String> rest = new TreeMap<>(result.params());
        rest.keySet().removeAll(PLACE);
        rest.remove("by");
        return (result.method().replace(BASELINE, "") + " " + text(rest)).strip();
    }

    private static String text(Map<String, String> params) {
        return params.entrySet().stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static String by(BenchmarkResult result) {
        return result.method().endsWith(BASELINE) ? "baseline" : result.params().getOrDefault("by", OURS);
    }

    private static String table(List<BenchmarkResult> results) {
        Set<String> libraries = results.stream().map(Report::by).collect(Collectors.toCollection(TreeSet::new));
        var table = new StringBuilder(
                "| question | " + String.join(" | ", libraries) + " |\n|---|" + "--:|".repeat(libraries.size()) + "\n");
        grouped(results, Report::question).forEach((question, answers) -> {
            Map<String, BenchmarkResult> answer = answers.stream().collect(Collectors.toMap(Report::by, one -> one));
            table.append("| ").append(question).append(" |");
            libraries.forEach(by -> table.append(" " + cell(answer.get(by), answer.get(OURS)) + " |"));
            table.append("\n");
        });
        return table.toString();
    }

    private static String cell(@Nullable BenchmarkResult answer, @Nullable BenchmarkResult ours) {
        if (answer == null) {
            return "–";
        }
        double score = answer.score();
        OptionalDouble bytes = answer.median(BYTES);
        return fixed(score, score < 100 ? 1 : 0)
                + (ours == null || ours == answer ? "" : " (" + fixed(ours.score() / score, 2) + ")")
                + (bytes.isEmpty() ? "" : ", " + fixed(bytes.getAsDouble(), 0) + " B");
    }

    /** Returns a number with so many digits after the point, whatever the system's language is. */
    static String fixed(double number, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
