package io.anyio.benchmarks;

import io.anyio.benchmarks.report.DuelTable;
import io.anyio.benchmarks.report.EchoPair;
import io.anyio.benchmarks.report.EchoTable;
import io.anyio.benchmarks.report.Json;
import io.anyio.benchmarks.report.Measured;
import io.anyio.benchmarks.report.PeerTable;
import io.netty.util.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Prints JMH's results as a table: each benchmark {@code x} with its baselines, which are the benchmarks whose names
 * begin with {@code xBaseline} and whose parameters are the same. A ratio below 1 means that ours is faster. For
 * repeated measurements the medians are shown. Echo servers have their own tables, {@link EchoTable}, which compares
 * within each of several files, and {@link DuelTable}. Comparisons of several libraries have a table with a column for
 * each, {@link PeerTable}.
 *
 * <pre>{@code
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Report results.json
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Report echo-1.json echo-2.json echo-3.json
 * }</pre>
 */
public final class Report {
    private static final String BASELINE = "Baseline";

    private Report() {}

    /** Prints the table of the files named by the arguments; exits with 2 if there is no readable file. */
    public static void main(String[] args) throws IOException {
        print("Report", args, Report::of);
    }

    /** Prints the result of {@code made} for the texts of the named files; exits with 2 if that is not possible. */
    static void print(String program, String[] files, Function<List<String>, String> made) throws IOException {
        if (files.length == 0) {
            System.err.println(
                    "usage: " + program + " results.json...    (written by JMH with -rf json -rff results.json)");
            System.exit(2);
        }
        try {
            List<String> texts = new ArrayList<>();
            for (String file : files) {
                texts.add(Files.readString(Path.of(file)));
            }
            print(made.apply(texts));
        } catch (NoSuchFileException e) {
            System.err.println("There is no file " + e.getFile());
            System.exit(2);
        } catch (IllegalArgumentException e) {
            System.err.println(String.join(", ", files) + ": " + e.getMessage());
            System.exit(2);
        }
    }

    /** Prints a report in UTF-8, not in the system's character set, so that redirected output keeps all characters. */
    static void print(String report) {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        out.print(report);
        out.flush();
    }

    /** Returns the report on JMH's files. */
    static String of(List<String> texts) {
        List<List<Object>> files = parse(texts);
        List<String> parts = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<List<Object>> mine = only(kind, files);
            if (!mine.isEmpty()) {
                parts.add(header(mine) + kind.table(mine));
            }
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("No results");
        }
        return String.join("\n", parts);
    }

    /** Returns the results in the texts of several files. */
    static List<List<Object>> parse(List<String> texts) {
        return texts.stream()
                .map(Json::parse)
                .<List<Object>>map(file -> new ArrayList<>(Measured.list(file)))
                .toList();
    }

    /** Returns the results of one kind, without the files that have none. */
    static List<List<Object>> only(Kind kind, List<List<Object>> files) {
        return files.stream()
                .map(file -> file.stream()
                        .filter(entry -> Kind.of(Measured.of(entry)) == kind)
                        .toList())
                .filter(file -> !file.isEmpty())
                .toList();
    }

    /** A kind of results that has a table and a header of its own. */
    enum Kind {
        TASKS,
        PEERS,
        ECHO,
        DUELS;

        static Kind of(Measured measured) {
            if (EchoPair.isEcho(measured)) {
                return ECHO;
            }
            if (DuelTable.takes(measured)) {
                return DUELS;
            }
            return PeerTable.takes(measured) ? PEERS : TASKS;
        }

        private String table(List<List<Object>> files) {
            List<List<Measured>> rounds = files.stream().map(Measured::all).toList();
            List<Measured> all = rounds.stream().flatMap(List::stream).toList();
            return switch (this) {
                case TASKS -> tasks(Measured.medians(all));
                case PEERS -> PeerTable.of(all);
                case ECHO -> EchoTable.of(EchoPair.all(rounds));
                case DUELS -> DuelTable.of(Measured.medians(all));
            };
        }
    }

    private static String tasks(List<Measured> all) {
        var report = new StringBuilder("""

                | benchmark | parameters | AnyIO | baseline | ratio | AnyIO, bytes | baseline, bytes |
                |---|---|--:|--:|--:|--:|--:|
                """);
        for (Measured ours : all) {
            if (ours.name().contains(BASELINE)) {
                continue;
            }
            List<Measured> baselines = all.stream()
                    .filter(other -> other.name().startsWith(ours.name() + BASELINE)
                            && other.params().equals(ours.params()))
                    .toList();
            if (baselines.isEmpty()) {
                report.append(row(ours.name(), ours, "–", "–", "–"));
            }
            for (Measured baseline : baselines) {
                String which = baseline.name().substring(ours.name().length() + BASELINE.length());
                report.append(row(
                        which.isEmpty() ? ours.name() : ours.name() + " : " + which,
                        ours,
                        time(baseline),
                        String.format(Locale.ROOT, "%.2f", ours.median() / baseline.median()),
                        bytes(baseline.bytes())));
            }
        }
        return report.toString();
    }

    private static String row(String name, Measured ours, String baseline, String ratio, String baselineBytes) {
        return "| "
                + String.join(
                        " | ", name, params(ours), time(ours), baseline, ratio, bytes(ours.bytes()), baselineBytes)
                + " |\n";
    }

    /** Returns the settings with which results of one kind were measured; without them the numbers mean little. */
    static String header(List<List<Object>> files) {
        Object first = files.getFirst().getFirst();
        Version netty = Version.identify().get("netty-common");
        return "Medians of " + rounds(files) + whole(first, "forks") + " × "
                + whole(first, "measurementIterations") + " iterations of "
                + Measured.text(first, "measurementTime") + ". JDK " + Measured.text(first, "jdkVersion") + " ("
                + Measured.text(first, "vmName") + " " + Measured.text(first, "vmVersion") + "), JMH "
                + Measured.text(first, "jmhVersion") + ", Netty "
                + (netty == null ? "of unknown version" : netty.artifactVersion()) + ".\n"
                + "JVM arguments: " + Measured.text(first, "jvmArgs") + "\n";
    }

    /** Returns how often each benchmark was run, which may differ from the number of files. */
    private static String rounds(List<List<Object>> files) {
        LongSummaryStatistics times = files.stream()
                .flatMap(file -> Measured.all(file).stream())
                .collect(Collectors.groupingBy(Measured::key, Collectors.counting()))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .summaryStatistics();
        if (times.getMax() == 1) {
            return "";
        }
        return (times.getMin() < times.getMax() ? times.getMin() + " to " : "") + times.getMax() + " rounds of ";
    }

    private static String params(Measured measured) {
        return measured.params().entrySet().stream()
                .map(param -> param.getKey() + "=" + param.getValue())
                .collect(Collectors.joining(" "));
    }

    private static int whole(Object entry, String name) {
        return (int) Double.parseDouble(Measured.text(entry, name));
    }

    private static String time(Measured measured) {
        double median = measured.median();
        return String.format(Locale.ROOT, median < 100 ? "%.1f %s" : "%.0f %s", median, measured.unit());
    }

    private static String bytes(OptionalDouble bytes) {
        return bytes.isPresent() ? String.format(Locale.ROOT, "%.0f", bytes.getAsDouble()) : "–";
    }
}
