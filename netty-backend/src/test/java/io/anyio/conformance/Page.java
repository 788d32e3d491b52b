package io.anyio.conformance;

import io.anyio.conformance.Inventory.Entry;
import io.anyio.conformance.Inventory.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Writes {@code docs/conformance.md}, and reports what is missing. */
final class Page {
    private static final String HEAD = """
            # Conformance

            What AnyIO promises about tasks, cancellation, synchronization, memory streams and TCP, law by law; the tests that hold
            us to each law; and how these tests went. This page is made from the tests by a run of the tests, never by hand:
            `./mvnw verify` fails when it says something else than the run.

            | sign | meaning |
            |---|---|
            | ✓✓ | the tests pass on both carriers: the first sign is the loop carrier, the second the portable one ([carriers](carriers.md)) |
            | ✗ | a test fails, or there is none |
            | – | not to be had there; the line that says why is next to it |

            The columns are what the tests run on: the simulation with its virtual clock, and Netty's transports. The laws have the
            numbers by which the tests name them, as in `@Law(54)`; behind each class stand its methods, whose names are sentences.
            The [second part](#the-tests-of-anyio) goes the other way: from every test of AnyIO itself to ours.

            """;
    private static final String SECOND_PART = """
            ## The tests of AnyIO

            AnyIO's own tests of the same areas, file by file, and the tests that carry their content over, marked as in
            `@Ported("TG::test_cancel")`. Some need another form here, and some test details of Python, of asyncio or of static
            typing that have no counterpart, or are done elsewhere: then the line says so.

            """;

    private final Marks marks;
    private final List<Results> carriers;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> linked = new TreeMap<>(); // from class name to source file

    /** The missing and the contradictory entries. */
    final List<String> problems = new ArrayList<>();

    Page(Marks marks, List<Results> carriers) {
        this.marks = marks;
        this.carriers = carriers;
    }

    String write(Inventory laws, Inventory anyioTests) {
        text.append(HEAD);
        summary("laws", laws, marks.laws);
        laws.sections().forEach(this::laws);
        text.append(SECOND_PART);
        summary("tests", anyioTests, marks.ported);
        anyioTests.sections().forEach(this::anyioTests);
        linked.forEach((type, source) -> text.append("[%s]: %s\n".formatted(type, source)));
        unknown(laws, marks.laws, "laws.txt");
        unknown(anyioTests, marks.ported, "anyio-tests.txt");
        return text.toString();
    }

    private void summary(String what, Inventory inventory, Map<String, List<TestId>> marked) {
        text.append("| area | ").append(what).append(" | held by our tests | not here |\n|---|---|---|---|\n");
        for (Section section : inventory.sections()) {
            long held = section.entries().stream()
                    .filter(entry -> marked.containsKey(section.mark(entry)))
                    .count();
            long without = section.entries().stream()
                    .filter(entry -> entry.whyNot() != null)
                    .count();
            text.append("| [%s](#%s) | %d | %d | %d |\n"
                    .formatted(
                            section.title(),
                            anchor(section.title()),
                            section.entries().size(),
                            held,
                            without));
        }
        text.append('\n');
    }

    /** Returns the anchor of a heading within a page, as common renderers generate it. */
    private static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }

    private void laws(Section section) {
        text.append("## ").append(section.title()).append("\n\n");
        section.exemption()
                .sentence()
                .ifPresent(why -> text.append("All of this is ").append(why).append(".\n\n"));
        text.append("| law | what it says | tests |");
        for (Column column : Column.shown()) {
            text.append(' ').append(column.label()).append(" |");
        }
        text.append("\n|---|---|---|")
                .append("---|".repeat(Column.shown().size()))
                .append('\n');
        for (Entry law : section.entries()) {
            List<TestId> tests = marks.laws.getOrDefault(law.key(), List.of());
            text.append("| ").append(law.key()).append(" | ").append(law.text()).append(" | ");
            text.append(proof("law " + law.key(), "laws.txt", law, tests)).append(" |");
            for (Column column : Column.shown()) {
                text.append(' ').append(cell(section, law, tests, column)).append(" |");
            }
            text.append('\n');
        }
        text.append('\n');
    }

    private String cell(Section section, Entry law, List<TestId> tests, Column column) {
        if (law.whyNot() != null) {
            return "";
        }
        var signs = new StringBuilder();
        for (Results results : carriers) {
            switch (results.of(tests, column)) {
                case PASSED -> signs.append('✓');
                case FAILED -> signs.append('✗');
                case SKIPPED -> signs.append('–');
            }
        }
        if (signs.indexOf("–") < 0) {
            return signs.toString();
        }
        if (section.exemption().covers(column) || law.exemption().covers(column)) {
            return "–";
        }
        if (!tests.isEmpty() && ran(column)) {
            problems.add("law " + law.key() + " has no test on " + column.label()
                    + ": give it one, or say in laws.txt why it cannot have one");
        }
        return "✗";
    }

    /** Returns whether this machine has the backend or transport of the column. */
    boolean ran(Column column) {
        return carriers.stream().allMatch(results -> results.columns().contains(column));
    }

    private void anyioTests(Section section) {
        text.append("### ").append(section.title()).append("\n\n| AnyIO | here |\n|---|---|\n");
        for (Entry test : section.entries()) {
            String name = section.mark(test);
            List<TestId> counterparts = marks.ported.getOrDefault(name, List.of());
            text.append("| `").append(test.key()).append("` | ");
            text.append(proof(name, "anyio-tests.txt", test, counterparts)).append(" |\n");
        }
        text.append('\n');
    }

    private String proof(String name, String resource, Entry entry, List<TestId> tests) {
        if (tests.isEmpty() && entry.whyNot() == null) {
            problems.add(name + " has no test: write one and mark it, or say in " + resource + " why not");
            return "✗ no test";
        }
        if (!tests.isEmpty() && entry.whyNot() != null) {
            problems.add(name + " has the test " + tests.getFirst() + ", but " + resource + " says why it has none");
        }
        if (entry.whyNot() != null) {
            return "Not here: " + entry.whyNot();
        }
        Map<String, StringJoiner> byClass = new TreeMap<>();
        for (TestId test : tests) {
            linked.put(test.simpleType(), test.source());
            byClass.computeIfAbsent(test.simpleType(), type -> new StringJoiner(", ", "[" + type + "] ", ""))
                    .add("`" + test.method() + "`");
        }
        var all = new StringJoiner("; ");
        byClass.values().forEach(methods -> all.add(methods.toString()));
        entry.exemption().sentence().ifPresent(all::add);
        return all.toString();
    }

    private void unknown(Inventory inventory, Map<String, List<TestId>> marked, String resource) {
        Map<String, List<TestId>> left = new TreeMap<>(marked);
        inventory.sections().forEach(section -> section.entries().forEach(entry -> left.remove(section.mark(entry))));
        left.forEach((name, tests) ->
                problems.add(name + " is not in " + resource + ", but " + tests.getFirst() + " is marked with it"));
    }
}
