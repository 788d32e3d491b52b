package io.anyio.testsuite.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/** The outcomes of marked tests on one carrier. In a file, each line is a test, a column and an outcome. */
final class Results {

    enum Outcome {
        PASSED,
        SKIPPED,
        FAILED // a later constant outweighs an earlier one
    }

    private final Map<TestId, Map<Column, Outcome>> outcomes = new ConcurrentSkipListMap<>();

    void note(TestId test, Column column, Outcome outcome) {
        outcomes.computeIfAbsent(test, _ -> new ConcurrentSkipListMap<>())
                .merge(column, outcome, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    /** Returns the tests that ran, or that JUnit skipped. */
    Set<TestId> tests() {
        return outcomes.keySet();
    }

    /** Returns the columns on which the tests ran. */
    Set<Column> columns() {
        Set<Column> seen = EnumSet.noneOf(Column.class);
        outcomes.values().forEach(byColumn -> seen.addAll(byColumn.keySet()));
        return seen;
    }

    /** Returns the combined outcome of several tests on one column; skipped if none applies to it. */
    Outcome of(List<TestId> tests, Column column) {
        Outcome together = Outcome.SKIPPED;
        for (TestId test : tests) {
            Map<Column, Outcome> byColumn = outcomes.getOrDefault(test, Map.of());
            if (byColumn.get(column) == Outcome.FAILED || byColumn.get(Column.NONE) == Outcome.FAILED) {
                return Outcome.FAILED;
            }
            if (byColumn.get(column) == Outcome.PASSED) {
                together = Outcome.PASSED;
            }
        }
        return together;
    }

    void write(Path file) {
        List<String> lines = new ArrayList<>();
        outcomes.forEach((test, byColumn) -> byColumn.forEach(
                (column, outcome) -> lines.add(test.type() + " " + test.method() + " " + column + " " + outcome)));
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, lines, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep the results of the tests", e);
        }
    }

    /** Adds the outcomes of other tests, or of the same tests on other columns. */
    void add(Results other) {
        other.outcomes.forEach((test, byColumn) -> byColumn.forEach((column, outcome) -> note(test, column, outcome)));
    }

    /** Reads and deletes the file, so that later runs do not use old results; returns none without a file. */
    static Results take(Path file) throws IOException {
        var results = new Results();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, UTF_8)) {
                String[] words = line.split(" ", -1);
                results.note(new TestId(words[0], words[1]), Column.valueOf(words[2]), Outcome.valueOf(words[3]));
            }
            Files.delete(file);
        }
        return results;
    }
}
