package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples without a network run on the simulation, where they take no time and print the same every time. */
class SimulatedExamplesTest {

    /** What {@code timeouts} prints on every backend. */
    static final List<String> TIMEOUTS = List.of(
            "in time: an answer, too late: nothing",
            "gave up: the service is too slow",
            "attempt 1 failed, trying again in 10 ms",
            "attempt 2 failed, trying again in 20 ms",
            "attempt 3 failed, trying again in 40 ms",
            "got an answer",
            "the outer one struck: true",
            "time is up",
            "said goodbye");

    /** What {@code pipeline} prints on every backend. */
    static final List<String> PIPELINE = List.of(
            "the sum of 200 squares is 676700",
            "room for 2, then a sender waits",
            "that is enough: 1, 2, 3",
            "the producer has stopped");

    @Test
    void timeouts() {
        List<String> printed = run("timeouts");
        assertThat(printed.getFirst()).startsWith("backend=simulation ");
        assertThat(rest(printed)).isEqualTo(TIMEOUTS);
    }

    @ParameterizedTest
    @CsvSource({"4,3,1", "0,1,1", "0,3,2", "1000,10,4"})
    void pipeline(String buffer, String workers, String loops) {
        assertThat(rest(run("pipeline", "--buffer", buffer, "--workers", workers, "--loops", loops)))
                .isEqualTo(PIPELINE);
    }

    @Test
    void philosophersEatAllEveningAndLeaveNothingBehind() {
        List<String> printed = rest(run("dining", "--evening", "20000"));
        assertThat(printed.subList(0, 5)).allMatch(line -> meals(line) > 500);
        assertThat(printed.getLast()).isEqualTo("the evening is over: true, forks in use: 0, seats taken: 0");
        assertThat(rest(run("dining", "--evening", "20000"))).isEqualTo(printed);
    }

    @Test
    void withASeatTooManyTheyStarveAndStillGoHome() {
        List<String> printed = rest(run("dining", "--evening", "20000", "--seats", "5"));
        assertThat(printed.subList(0, 5)).allMatch(line -> meals(line) < 100);
        assertThat(printed.getLast()).isEqualTo("the evening is over: true, forks in use: 0, seats taken: 0");
    }

    /** How often the philosopher of the line has eaten, or -1. */
    static int meals(String line) {
        return line.matches("\\w+ +has eaten \\d+ times") ? Integer.parseInt(line.replaceAll("\\D", "")) : -1;
    }

    static List<String> rest(List<String> printed) {
        return printed.subList(1, printed.size());
    }

    private static List<String> run(String... args) {
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            String[] all = Stream.concat(Stream.of(args), Stream.of("--backend", "simulation"))
                    .toArray(String[]::new);
            assertThat(Main.run(all)).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(UTF_8).lines().toList();
    }
}
