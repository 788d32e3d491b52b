package io.anyio.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that are read off the sources: sizes of files, null-marked packages, no monitors. */
@Tag("once")
class SourceRulesTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path ENGINE = MAIN.resolve("io/anyio/internal"); // its types are public, but not exported
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "^public ((final|sealed|non-sealed|abstract) )*(class|interface|record|enum|@interface) ",
            Pattern.MULTILINE);
    private static final String NONE = "AnyIO has no counterpart";
    private static final Pattern COUNTERPART = Pattern.compile("AnyIO: \\S|" + NONE);

    @ParameterizedTest
    @CsvSource({
        "src/main, 450",
        "src/test, 550",
        "testsuite/src/main, 550",
        "../netty-backend/src/main, 450",
        "../netty-backend/src/test, 550"
    })
    void noFileIsLongerThanTheBudget(String folder, long longest) throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources(Path.of(folder, "java"))) {
            long lines = codeLines(file);
            if (lines > longest) {
                tooLong.add(file + ": " + lines);
            }
        }
        assertThat(tooLong).as("files with more than %d lines of code", longest).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "../netty-backend/src/main/java"})
    void everyPackageIsNullMarked(Path folder) throws IOException {
        List<Path> unmarked = new ArrayList<>();
        for (Path file : sources(folder)) {
            Path marker = file.resolveSibling("package-info.java");
            if (!file.getFileName().toString().equals("module-info.java")
                    && (!Files.exists(marker) || !Files.readString(marker).contains("@NullMarked"))) {
                unmarked.add(file);
            }
        }
        assertThat(unmarked).isEmpty();
    }

    /** On one line of the type's own comment, so that a search finds it. */
    @Test
    void everyPublicTypeSaysWhatItIsInAnyIO() throws IOException {
        List<Path> silent = new ArrayList<>();
        for (Path file : sources(MAIN)) {
            String text = Files.readString(file);
            Matcher type = PUBLIC_TYPE.matcher(text);
            if (!file.getFileName().toString().equals("module-info.java")
                    && !file.startsWith(ENGINE)
                    && type.find()
                    && !COUNTERPART.matcher(typeComment(text, type.start())).find()) {
                silent.add(file);
            }
        }
        assertThat(silent).as("without 'AnyIO: ...' or '%s'", NONE).isEmpty();
    }

    private static String typeComment(String text, int end) {
        return text.substring(Math.max(0, text.lastIndexOf("/**", end)), end);
    }

    @Test
    void nothingIsSynchronized() throws IOException {
        List<Path> guilty = new ArrayList<>();
        for (Path file : sources(MAIN)) {
            if (Files.readString(file).contains("synchronized (")) {
                guilty.add(file);
            }
        }
        assertThat(guilty).isEmpty();
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
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
