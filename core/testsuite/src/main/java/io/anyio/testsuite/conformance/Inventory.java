package io.anyio.testsuite.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What there is to prove, section by section, from a text file:
 *
 * <pre>
 * # a comment
 * ## Title of a section
 * not on simulation: why nothing of this section can run there
 * 54 what the law says
 *   not on simulation: why this one cannot run there
 *   why not: why there is no test for it
 * </pre>
 */
record Inventory(List<Section> sections) {

    /** A section, with the reason why it does not run on a column, if there is one. */
    record Section(String title, Exemption exemption, List<Entry> entries) {

        /** Returns the name of an entry in the tests, with the section's abbreviation if its title begins with one. */
        String mark(Entry entry) {
            int colon = title.indexOf(": ");
            return colon < 0 ? entry.key() : title.substring(0, colon) + "::" + entry.key();
        }
    }

    /** A law or a test of AnyIO. */
    record Entry(
            String key,
            String text,
            Exemption exemption,
            @Nullable String whyNot) {}

    /** The columns that are left out, and the reason. */
    record Exemption(@Nullable Column column, String reason) {
        private static final Exemption NOTHING = new Exemption(null, "");
        private static final String PREFIX = "not on ";

        private static Exemption parse(String line) {
            int colon = line.indexOf(": ");
            return new Exemption(
                    Column.valueOf(line.substring(PREFIX.length(), colon).toUpperCase(Locale.ROOT)),
                    line.substring(colon + 2));
        }

        /** Returns the sentence for the page, or empty. */
        Optional<String> sentence() {
            return column == null ? Optional.empty() : Optional.of("not on " + column.label() + ": " + reason);
        }

        boolean covers(Column other) {
            return column == other;
        }
    }

    static Inventory read(String resource) throws IOException {
        List<Section> sections = new ArrayList<>();
        var stream = Inventory.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new IOException("There is no " + resource + " beside " + Inventory.class);
        }
        try (var reader = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            for (String line : reader.lines().toList()) {
                if (!line.isBlank() && !line.startsWith("# ")) {
                    take(line, sections);
                }
            }
        }
        return new Inventory(sections);
    }

    private static void take(String line, List<Section> sections) {
        if (line.startsWith("## ")) {
            sections.add(new Section(line.substring(3), Exemption.NOTHING, new ArrayList<>()));
            return;
        }
        Section section = sections.getLast();
        List<Entry> entries = section.entries();
        String text = line.strip();
        if (line.startsWith(Exemption.PREFIX)) {
            sections.set(sections.size() - 1, new Section(section.title(), Exemption.parse(text), entries));
        } else if (line.startsWith(" ")) {
            Entry entry = entries.removeLast();
            entries.add(
                    text.startsWith(Exemption.PREFIX)
                            ? new Entry(entry.key(), entry.text(), Exemption.parse(text), entry.whyNot())
                            : new Entry(
                                    entry.key(),
                                    entry.text(),
                                    entry.exemption(),
                                    text.substring("why not: ".length())));
        } else {
            int space = text.indexOf(' ');
            entries.add(
                    space < 0
                            ? new Entry(text, "", Exemption.NOTHING, null)
                            : new Entry(text.substring(0, space), text.substring(space + 1), Exemption.NOTHING, null));
        }
    }
}
