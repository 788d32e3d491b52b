package io.anyio.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples without a network as a user runs them: on real loops, in a process of their own. */
@Tag("once")
class RealExamplesTest {
    private static final List<String> LOOP = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED");

    @ParameterizedTest
    @CsvSource({"netty,nio", "jdk,selector"})
    void timeouts(String backend, String transport) throws Exception {
        assertThat(SimulatedExamplesTest.rest(run("timeouts", "--backend", backend, "--transport", transport)))
                .isEqualTo(SimulatedExamplesTest.TIMEOUTS);
    }

    @ParameterizedTest
    @CsvSource({"netty,1", "netty,4", "jdk,4"})
    void pipeline(String backend, String loops) throws Exception {
        List<String> printed = run("pipeline", "--backend", backend, "--loops", loops);
        assertThat(printed.getFirst()).endsWith(" loops=" + loops);
        assertThat(SimulatedExamplesTest.rest(printed)).isEqualTo(SimulatedExamplesTest.PIPELINE);
    }

    @ParameterizedTest
    @CsvSource({"netty,1", "netty,4", "jdk,1"})
    void dining(String backend, String loops) throws Exception {
        List<String> printed =
                SimulatedExamplesTest.rest(run("dining", "--evening", "300", "--backend", backend, "--loops", loops));
        assertThat(printed.subList(0, 5)).allMatch(line -> SimulatedExamplesTest.meals(line) >= 0);
        assertThat(printed.getLast()).isEqualTo("the evening is over: true, forks in use: 0, seats taken: 0");
    }

    private static List<String> run(String... args) throws IOException, InterruptedException {
        try (var example = ChildJvm.run(LOOP, args)) {
            assertThat(example.status()).as("%s", example.lines()).isZero();
            return example.lines();
        }
    }
}
