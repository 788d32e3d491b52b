package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    @CsvSource(delimiter = '|', textBlock = """
            --speed 3                   | The example 'tour' has no option --speed
            no-such-example             | There is no example 'no-such-example'
            echo-server --port          | Option --port needs a value
            echo-server --port 70000    | Option --port must be a number from 0 to 65535, not '70000'
            echo-client --port=0        | Option --port must be a number from 1 to 65535, not '0'
            echo-client --connections 0 | Option --connections must be a number from 1 to 100000, not '0'
            echo-server --host=         | Option --host must be a name or an IP address, not ''
            echo-server surprise        | Unexpected argument 'surprise'
            chat-server --tcp-nodelay 1 | Option --tcp-nodelay must be true or false, not '1'
            pipeline --items 0          | Option --items must be a number from 1 to 1000000, not '0'
            dining --seats 6            | Option --seats must be a number from 2 to 5, not '6'
            --transport pigeon          | Option --transport must be one of auto, nio, epoll, kqueue, io_uring, not 'pigeon'
            --backend twisted           | Option --backend must be one of netty, simulation, not 'twisted'
            --loops 0                   | Option --loops must be a number from 1 to 1024, not '0'
            """)
    void aWrongCommandLinePrintsAShortUsageThenWhatIsWrongAndEndsWithStatusTwo(String line, String wrong) {
        Printed printed = run(2, line.split(" "));
        assertThat(printed.lines().getLast()).isEqualTo(wrong);
        assertThat(printed.lines().getFirst()).startsWith("usage: ");
        assertThat(printed.lines()).hasSizeLessThan(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tour", "echo-server", "echo-client", "chat-server"})
    void whatNeedsANetworkSaysInALineThatTheSimulationHasNone(String example) {
        assertThat(run(2, example, "--backend", "simulation").lines())
                .containsExactly(
                        "The example '" + example + "' needs a network, which the backend simulation does not have;"
                                + " try timeouts, pipeline, dining");
    }

    @Test
    void aTransportIsRefusedWhereItWouldBeIgnored() {
        assertThat(run(2, "dining", "--transport", "epoll", "--backend", "simulation")
                        .lines())
                .containsExactly("Option --transport is for the backend netty; simulation has no epoll");
    }

    @Test
    @DisabledOnOs(OS.MAC)
    void aTransportThatThisSystemHasNotIsNoMistakeInTheUsage() {
        List<String> lines = run(1, "timeouts", "--transport", "kqueue").lines();
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("Transport kqueue is not available: ")
                .doesNotContain("with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help", "help nobody", "--speed 3 --help"})
    void helpListsEverything(String line) {
        List<String> lines = run(0, line.split(" ")).lines();
        assertThat(lines.getFirst()).startsWith("usage: ");
        assertThat(lines).anyMatch(printed -> printed.startsWith("  echo-client "));
        assertThat(lines.stream()
                        .filter(printed -> printed.contains(" (default: "))
                        .map(printed -> printed.replaceFirst("^( +--[a-z-]+ [A-Z]+ +).*", "$1")
                                .length()))
                .as("every option's text begins in the same column")
                .hasSize(19)
                .containsOnly(24);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dining --help", "help dining", "dining --seats 77 -h"})
    void helpForAnExampleListsItsOptionsOnly(String line) {
        assertThat(run(0, line.split(" ")).text()).isEqualTo("""
                usage: dining [--option value ...]

                the dining philosophers: a group, a limit, locks, and a time-out that ends it all

                options:
                  --evening MILLIS  how long the evening lasts (default: 500)
                  --seats N         how many may sit at a time; try 5 (default: 4)
                  --backend NAME    the backend to run on: netty or simulation (default: netty)
                  --transport NAME  auto, that is, native where there is one; or nio, epoll, kqueue, io_uring (default: auto)
                  --loops N         how many event loops (default: 1)
                """);
    }

    /** What was printed, to both streams. */
    private record Printed(String text) {
        List<String> lines() {
            return text.lines().toList();
        }
    }

    /** Runs in this JVM. */
    private static Printed run(int status, String... args) {
        var bytes = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        var both = new PrintStream(bytes, true, UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            assertThat(Main.run(args)).as(() -> bytes.toString(UTF_8)).isEqualTo(status);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return new Printed(bytes.toString(UTF_8));
    }

    private static List<String> plus(List<String> flags, String more) {
        return Stream.concat(flags.stream(), Stream.of(more)).toList();
    }
}
