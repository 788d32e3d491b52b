package io.anyio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The differences between two files that docs/embedding.md shows are the real ones. */
@Tag("once")
class DocsDiffTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** The lines around each difference that are shown. */
    private static final int CONTEXT = 2;

    /** The comment that names the two files, and the block. */
    private static final Pattern BLOCK =
            Pattern.compile("<!-- diff: (\\S+) (\\S+) -->\\n```diff\\n(.*?)```", Pattern.DOTALL);

    @Test
    void theDifferencesAreThoseOfTheFiles() throws IOException {
        List<MatchResult> blocks = BLOCK.matcher(Files.readString(ROOT.resolve("docs/embedding.md")))
                .results()
                .toList();
        assertThat(blocks).isNotEmpty();
        for (MatchResult block : blocks) {
            assertThat(block.group(3)).isEqualTo(difference(lines(block.group(1)), lines(block.group(2))));
        }
    }

    @Test
    void aDifferenceShowsWhatWasRemovedAndAddedWithTheLinesAround() {
        List<String> before = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        List<String> after = List.of("a", "b", "c", "D", "D2", "e", "f", "g", "h", "i", "j", "k");
        assertThat(difference(before, after)).isEqualTo(" b\n c\n-d\n+D\n+D2\n e\n f\n@@\n i\n j\n+k\n");
        assertThat(difference(before, before)).isEmpty();
    }

    /** The lines of a file from its imports on. */
    private static List<String> lines(String file) throws IOException {
        List<String> all = Files.readAllLines(ROOT.resolve(file));
        int first = 0;
        while (!all.get(first).startsWith("import ")) {
            first++;
        }
        return all.subList(first, all.size());
    }

    /** The differences as {@code diff -u} shows them, without the numbers of lines. */
    private static String difference(List<String> before, List<String> after) {
        List<String> edits = edits(before, after);
        var shown = new StringBuilder();
        int last = -1; // the last line that was shown
        for (int i = 0; i < edits.size(); i++) {
            if (!isNearChange(edits, i)) {
                continue;
            }
            if (last >= 0 && last < i - 1) {
                shown.append("@@\n");
            }
            shown.append(edits.get(i).stripTrailing()).append('\n');
            last = i;
        }
        return shown.toString();
    }

    private static boolean isNearChange(List<String> edits, int index) {
        int to = Math.min(edits.size(), index + CONTEXT + 1);
        return edits.subList(Math.max(0, index - CONTEXT), to).stream().anyMatch(edit -> !edit.startsWith(" "));
    }

    /** All lines, each after a blank, a minus or a plus: the longest common subsequence is kept. */
    private static List<String> edits(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1]; // of the lines from here on
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> edits = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            boolean both = i < before.size() && j < after.size();
            if (both && before.get(i).equals(after.get(j))) {
                edits.add(" " + before.get(i++));
                j++;
            } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
                edits.add("-" + before.get(i++));
            } else {
                edits.add("+" + after.get(j++));
            }
        }
        return edits;
    }
}
