package io.anyio.testsuite.golden;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;

/**
 * A program, and the trace that it produced on AnyIO.
 *
 * @param title what the program is about
 * @param program its lines
 * @param interleaved whether the order of lines of different tasks matters, or only that of each task
 * @param trace the expected trace
 */
record GoldenTrace(String title, Statement program, boolean interleaved, List<String> trace) {

    private static final String TITLE = "=== ";
    private static final String RULE = "---";

    /** Runs the program in the calling task and compares the traces. */
    void check(SoftAssertions all) {
        List<String> actual = ProgramInterpreter.of(program);
        if (interleaved) {
            all.assertThat(actual).as(title).containsExactlyElementsOf(trace);
        } else {
            all.assertThat(byTask(actual)).as(title).isEqualTo(byTask(trace));
        }
    }

    private static Map<String, List<String>> byTask(List<String> trace) {
        return trace.stream()
                .collect(Collectors.groupingBy(
                        line -> line.substring(0, line.indexOf(':')), TreeMap::new, Collectors.toList()));
    }

    /** Returns all traces in a file of {@code io/anyio/golden}. */
    static List<GoldenTrace> in(String file) {
        List<GoldenTrace> found = new ArrayList<>();
        String title = "";
        List<String> lines = new ArrayList<>();
        for (String line : lines(file)) {
            if (line.startsWith(TITLE)) {
                title = line.substring(TITLE.length());
                lines = new ArrayList<>();
            } else if (!line.isEmpty()) {
                lines.add(line);
            } else if (!lines.isEmpty()) {
                found.add(of(title, lines));
                lines = new ArrayList<>();
            }
        }
        return found;
    }

    private static GoldenTrace of(String title, List<String> lines) {
        boolean interleaved = lines.contains(RULE);
        int rule = interleaved ? lines.indexOf(RULE) : lines.indexOf(RULE + " each task for itself");
        return new GoldenTrace(
                title,
                Statement.parse(lines.subList(0, rule)),
                interleaved,
                List.copyOf(lines.subList(rule + 1, lines.size())));
    }

    private static List<String> lines(String file) {
        try (InputStream data = Objects.requireNonNull(GoldenTrace.class.getResourceAsStream(file), file)) {
            return new String(data.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
