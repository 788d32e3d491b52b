package io.anyio.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules that are read off the sources: sizes of files, null-marked packages, no monitors. */
@Tag("once")
class SourceRulesTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final int LONGEST = 450;

    @Test
    void noFileIsLongerThanTheBudget() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            long lines = codeLines(file);
            if (lines > LONGEST) {
                tooLong.add(file + ": " + lines);
            }
        }
        assertThat(tooLong).as("files with more than %d lines of code", LONGEST).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() throws IOException {
        List<Path> unmarked = new ArrayList<>();
        for (Path file : sources()) {
            Path marker = file.resolveSibling("package-info.java");
            if (!file.getFileName().toString().equals("module-info.java")
                    && (!Files.exists(marker) || !Files.readString(marker).contains("@NullMarked"))) {
                unmarked.add(file);
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @Test
    void nothingIsSynchronized() throws IOException {
        List<Path> guilty = new ArrayList<>();
        for (Path file : sources()) {
            if (Files.readString(file).contains("synchronized (")) {
                guilty.add(file);
            }
        }
        assertThat(guilty).isEmpty();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(MAIN)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static long codeLines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line ->
                        !line.isEmpty() && !line.startsWith("*") && !line.startsWith("/*") && !line.startsWith("//"))
                .count();
    }
}
