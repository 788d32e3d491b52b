package io.anyio.testsuite.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares {@code docs/reference/conformance.md} with the results of the tests on both carriers. The build calls this
 * test by name after the others. If only some tests were run, nothing is compared.
 */
@Tag("law")
class ConformanceCheck {
    private static final String REGENERATE = "./mvnw verify -pl netty-backend -am -Dgroups=law -Dconformance=write";

    /** The properties with which a run of the build excludes tests. */
    private static final List<String> CHOICES =
            List.of("test", "groups", "excludedGroups", "surefire.includes", "surefire.excludes");

    private final Path page = Path.of(System.getProperty("basedir", "")).resolve("../docs/reference/conformance.md");

    private final Path suite =
            Path.of(System.getProperty("basedir", "")).resolve("../core/testsuite/target/conformance");

    @Test
    void thePageIsWhatTheTestsSay() throws Exception {
        Marks marks = Marks.ofAllTests();
        List<Results> carriers = List.of(results("loop.txt"), results("portable.txt"));
        Set<TestId> missing = new TreeSet<>(marks.tests);
        missing.removeIf(
                test -> carriers.stream().allMatch(results -> results.tests().contains(test)));
        boolean write = "write".equals(System.getProperty("conformance"));
        assumeTrue(
                write || missing.isEmpty() || CHOICES.stream().noneMatch(choice -> System.getProperty(choice) != null),
                "conformance.md is not compared: only some of the tests were run");
        assertThat(missing)
                .as("marked tests that did not run on both carriers; a mark is for tests of every verify")
                .isEmpty();

        var written = new Page(marks, carriers);
        String now = written.write(Inventory.read("laws.txt"), Inventory.read("anyio-tests.txt"));
        Files.writeString(Recorder.folder().resolve("conformance.md"), now);
        List<Column> absent =
                Column.shown().stream().filter(column -> !written.ran(column)).toList();
        if (write) {
            assertThat(absent)
                    .as("docs/reference/conformance.md is written only on a machine with every transport")
                    .isEmpty();
            Files.writeString(page, now);
        }
        assertThat(written.problems)
                .as("what is missing in docs/reference/conformance.md")
                .isEmpty();
        compare(Files.exists(page) ? Files.readString(page, UTF_8) : "", now, absent);
    }

    /** Returns the results of this module and of the suite's own module, which tests the backend jdk. */
    private Results results(String file) throws IOException {
        Results results = Results.take(Recorder.folder().resolve(file));
        results.add(Results.take(suite.resolve(file)));
        return results;
    }

    private static void compare(String checkedIn, String now, List<Column> absent) {
        List<String> before =
                checkedIn.lines().map(line -> masked(line, absent)).toList();
        List<String> after = now.lines().map(line -> masked(line, absent)).toList();
        if (!before.equals(after)) {
            int first = IntStream.range(0, Math.min(before.size(), after.size()))
                    .filter(i -> !before.get(i).equals(after.get(i)))
                    .findFirst()
                    .orElse(Math.min(before.size(), after.size()));
            fail("""
                    docs/reference/conformance.md differs from what the tests say, first in line %d:
                      it says:       %s
                      the tests say: %s
                    If the tests are right, make the page again with
                      %s
                    or take over what this run has written to netty-backend/target/conformance/conformance.md
                    """.formatted(first + 1, lineOf(before, first), lineOf(after, first), REGENERATE));
        }
    }

    private static String lineOf(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index) : "(the end)";
    }

    /** Returns a law's row without the cells of columns that are missing on this machine; other lines are unchanged. */
    private static String masked(String line, List<Column> absent) {
        if (absent.isEmpty() || !line.matches("\\| \\d+ \\|.*")) {
            return line;
        }
        String[] cells = line.split("\\|", -1);
        for (Column column : absent) {
            int cell = cells.length - 1 - Column.shown().size() + Column.shown().indexOf(column);
            if (cell > 0 && cell < cells.length) {
                cells[cell] = " ";
            }
        }
        return String.join("|", cells);
    }
}
