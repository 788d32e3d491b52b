package io.anyio.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.testing.AnyIOTest;
import io.anyio.testing.SimulatedTest;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;

/** Every program in words leaves the trace here that it left on the original: on every backend, and in many orders. */
class GoldenTracesTest {
    private static final List<String> TOPICS =
            List.of("scopes", "groups", "start", "handles", "locks", "counters", "streams", "failing", "time", "mixed");

    @AnyIOTest
    void scopes() {
        check("scopes");
    }

    @AnyIOTest
    void groups() {
        check("groups");
    }

    @AnyIOTest
    void starting() {
        check("start");
    }

    @AnyIOTest
    void handles() {
        check("handles");
    }

    @AnyIOTest
    void locksAndConditions() {
        check("locks");
    }

    @AnyIOTest
    void semaphoresLimitersAndEvents() {
        check("counters");
    }

    @AnyIOTest
    void memoryObjectStreams() {
        check("streams");
    }

    /** Whoever a failing task has woken goes on before the others learn of the failure, where loops have an order. */
    @AnyIOTest
    void failingTasks() {
        if (!AnyIO.currentBackend().equals(Optional.of("simulation"))) {
            check("failing");
        }
    }

    /** Durations mean nothing on a real clock, so these are for the virtual one. */
    @SimulatedTest(seeds = 20)
    void time() {
        check("time");
    }

    /** Two or three features at a time. */
    @SimulatedTest(seeds = 20)
    void mixed() {
        check("mixed");
    }

    @SimulatedTest
    void thereAreManyPrograms() {
        assertThat(TOPICS.stream()
                        .mapToInt(name -> GoldenTrace.in(name + ".golden").size())
                        .sum())
                .isGreaterThan(370);
    }

    private static void check(String name) {
        var all = new SoftAssertions();
        GoldenTrace.in(name + ".golden").forEach(golden -> golden.check(all));
        all.assertAll();
    }
}
