package io.anyio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher: the tour by default, clear words for a wrong command line, and no warning of the JVM. */
@Tag("once")
class MainTest {
    private static final List<String> LOOP = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED");

    @Test
    void theTourIsTheDefaultAndPrintsNothingElse() throws Exception {
        try (var tour = ChildJvm.run(LOOP)) {
            assertThat(tour.status()).as("%s", tour.lines()).isZero();
            assertThat(tour.lines().getFirst())
                    .startsWith("backend=netty transport=")
                    .endsWith(" carrier=loop loops=1");
            assertThat(tour.lines())
                    .contains(
                            "hello from a task of the backend netty",
                            "task 1 is done",
                            "task 2 is done",
                            "task 3 is done",
                            "the group is done",
                            "slept for ever, for 20 ms: true",
                            "the task says: ready",
                            "a plain socket got back: echo?",
                            "backends: [netty, simulation], here: [netty, simulation]",
                            "by name:        backend=netty transport=nio carrier=loop loops=2");
            assertThat(tour.lines()).noneMatch(line -> line.contains("WARNING"));
        }
    }

    @Test
    void withoutTheFlagTheTourRunsOnThePortableCarrierAndTheWarningNamesTheFlag() throws Exception {
        try (var tour = ChildJvm.run(List.of())) {
            assertThat(tour.status()).as("%s", tour.lines()).isZero();
            assertThat(tour.lines()).anyMatch(line -> line.contains("carrier=portable"));
            assertThat(tour.lines()).anyMatch(line -> line.contains("--add-opens=java.base/java.lang=ALL-UNNAMED"));
        }
    }

    @Test
    void onTheModulePathTheFlagNamesTheModule() throws Exception {
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes") && !entry.contains("examples" + File.separator))
                .filter(entry -> entry.contains("core") || entry.contains("netty") || entry.contains("jspecify"))
                .collect(Collectors.joining(File.pathSeparator));
        String examples = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("examples" + File.separator) && !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> flags = List.of(
                "-p",
                modules,
                "--add-modules=io.anyio.netty",
                "-cp",
                examples,
                "--enable-native-access=io.netty.common");
        try (var tour = ChildJvm.run(plus(flags, "--add-opens=java.base/java.lang=io.anyio.core"))) {
            assertThat(tour.status()).as("%s", tour.lines()).isZero();
            assertThat(tour.lines()).anyMatch(line -> line.contains("carrier=loop"));
        }
        try (var tour = ChildJvm.run(flags)) {
            assertThat(tour.status()).as("%s", tour.lines()).isZero();
            assertThat(tour.lines()).anyMatch(line -> line.contains("--add-opens=java.base/java.lang=io.anyio.core"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--speed 3",
                "no-such-example",
                "echo-server --port",
                "echo-server --port 70000",
                "echo-server surprise",
                "--transport pigeon",
                "--backend twisted",
                "--loops 0"
            })
    void aWrongCommandLinePrintsTheUsageAndEndsWithStatusTwo(String line) throws Exception {
        try (var example = ChildJvm.run(LOOP, line.split(" "))) {
            assertThat(example.status()).isEqualTo(2);
            assertThat(example.lines()).anyMatch(printed -> printed.startsWith("usage: "));
            assertThat(example.lines().getFirst()).isNotEmpty();
        }
    }

    @Test
    void helpIsNoMistake() throws Exception {
        try (var example = ChildJvm.run(LOOP, "--help")) {
            assertThat(example.status()).isZero();
            assertThat(example.lines().getFirst()).startsWith("usage: ");
        }
    }

    private static List<String> plus(List<String> flags, String more) {
        return Stream.concat(flags.stream(), Stream.of(more)).toList();
    }
}
