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
                            "backends: [netty, jdk, simulation], here: [netty, jdk, simulation]",
                            "by name:        backend=netty transport=nio carrier=loop loops=2");
            assertThat(tour.lines()).noneMatch(line -> line.contains("WARNING"));
        }
    }

    @Test
    void theTourRunsOnTheJdkAlone() throws Exception {
        try (var tour = ChildJvm.run(LOOP, "--backend", "jdk")) {
            assertThat(tour.status()).as("%s", tour.lines()).isZero();
            assertThat(tour.lines())
                    .contains(
                            "backend=jdk transport=selector carrier=loop loops=1",
                            "hello from a task of the backend jdk",
                            "a plain socket got back: echo?");
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
                .filter(entry -> entry.contains("picocli")
                        || (entry.contains("examples" + File.separator) && !entry.contains("test-classes")))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> flags = List.of(
                "-p",
                modules,
                "--add-modules=io.anyio.netty,io.netty.codec.http", // which the examples use
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
            --speed 3                   | Unknown options: '--speed', '3'
            no-such-example             | Unmatched argument at index 0: 'no-such-example'
            echo-server --port          | Missing required parameter for option '--port' (N)
            echo-server --port x        | Invalid value for option '--port': 'x' is not an int
            echo-server surprise        | Unmatched argument at index 1: 'surprise'
            chat-server --tcp-nodelay 1 | Invalid value for option '--tcp-nodelay': '1' is not a boolean
            --transport pigeon          | The option 'transport' of the backend netty must be one of nio, epoll, kqueue, io_uring, not 'pigeon'
            --backend twisted           | No such backend: twisted. Known backends: netty, jdk, simulation. For the backend netty, add io.anyio:anyio-netty
            --loops 0                   | A run needs at least one loop, not 0
            dining --backend simulation --transport epoll | The backend 'simulation' has no option 'transport'; it has seed, loops, carrier and debug
            """)
    void aWrongCommandLinePrintsWhatIsWrongAndEndsWithStatusTwo(String line, String wrong) {
        Printed printed = run(2, line.split(" "));
        assertThat(printed.lines().getFirst()).isEqualTo(wrong);
        assertThat(printed.lines()).hasSizeLessThan(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            echo-server --port 70000 | The port to listen on must be from 0 (any) to 65535, not 70000
            echo-server --host=      | The host is empty; give a name or an IP address
            """)
    void anAddressIsRefusedByTheLibrary(String line, String wrong) {
        assertThat(run(2, line.split(" ")).lines().getLast()).isEqualTo(wrong);
    }

    @Test
    void aWrongOptionNamesTheHelp() {
        assertThat(run(2, "echo-server", "--port", "x").lines().getLast())
                .isEqualTo("Try: examples echo-server --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tour", "echo-server", "echo-client", "chat-server"})
    void anExampleThatNeedsANetworkReportsThatTheSimulationHasNone(String example) {
        assertThat(run(1, example, "--backend", "simulation").lines().getLast())
                .contains("the backend 'simulation' has no network; run on one that has, such as 'netty'");
    }

    @Test
    @DisabledOnOs(OS.MAC)
    void aTransportThatThisSystemDoesNotHaveIsReportedInALine() {
        assertThat(run(1, "timeouts", "--transport", "kqueue").lines())
                .singleElement()
                .asString()
                .startsWith("Transport kqueue is not available: ")
                .doesNotContain("with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help", "--speed 3 --help"})
    void helpListsTheExamplesAndTheOptionsOfTheTour(String line) {
        assertThat(run(0, line.split(" ")).lines())
                .anyMatch(printed -> printed.startsWith("Usage: examples "))
                .anyMatch(printed -> printed.startsWith("  echo-client "))
                .anyMatch(printed -> printed.startsWith("      --transport=NAME "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dining --help", "help dining", "dining --seats 77 -h"})
    void helpForAnExampleListsItsOptions(String line) {
        assertThat(run(0, line.split(" ")).lines())
                .anyMatch(printed -> printed.startsWith("Usage: examples dining "))
                .anyMatch(printed -> printed.startsWith("      --seats=N "))
                .anyMatch(printed -> printed.startsWith("      --backend=NAME "))
                .noneMatch(printed -> printed.contains("--port"));
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
