package io.anyio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The Java code in README and docs is compiled code, and prints what the page says it prints. */
class DocsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path SNIPPETS = Path.of("src/test/java/io/anyio/examples/docs");

    /**
     * A Java block, the comment before it that names its source, and the block of output behind it, if there is one.
     */
    private static final Pattern BLOCK = Pattern.compile(
            "(?:<!-- (snippet|file): (\\S+) -->\\n)?```java\\n(.*?)```(?:\\s*\\n```text\\n(.*?)```)?", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> javaInThePagesIsCompiledCode() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult block :
                    BLOCK.matcher(Files.readString(page)).results().toList()) {
                String name = ROOT.relativize(page) + ": " + block.group(2);
                tests.add(DynamicTest.dynamicTest(name, () -> check(page, block)));
            }
        }
        assertThat(tests).isNotEmpty();
        return tests.stream();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    private static void check(Path page, MatchResult block) throws Exception {
        assertThat(block.group(1))
                .as("a java block in %s needs a comment before it that names its source", page)
                .isNotNull();
        String source = block.group(2);
        if (block.group(1).equals("file")) {
            String text = Files.readString(ROOT.resolve(source));
            assertThat(block.group(3)).isEqualTo(text.substring(text.indexOf("import ")));
            return;
        }
        String type = source.substring(0, source.indexOf('#'));
        String region = source.substring(source.indexOf('#') + 1);
        Path file = type.endsWith(".java") ? ROOT.resolve(type) : SNIPPETS.resolve(type + ".java");
        assertThat(block.group(3)).isEqualTo(region(file, region));
        if (block.group(4) != null) {
            assertThat(outputOf(type, region)).isEqualTo(block.group(4));
        }
    }

    /** The lines between the markers, without the indentation that they share. */
    private static String region(Path file, String name) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf("// begin " + name + "\n");
        int end = text.indexOf("// end " + name + "\n");
        assertThat(begin).as("region %s in %s", name, file).isPositive();
        int from = text.indexOf('\n', begin) + 1;
        int to = text.lastIndexOf('\n', end);
        return text.substring(from, to).stripIndent() + "\n";
    }

    private static String outputOf(String type, String region) throws Exception {
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            Class.forName("io.anyio.examples.docs." + type)
                    .getMethod(methodName(region))
                    .invoke(null);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** {@code options-by-name} is the region of {@code optionsByName()}. */
    private static String methodName(String region) {
        var name = new StringBuilder();
        for (String word : region.split("-", -1)) {
            name.append(name.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return name.toString();
    }
}
