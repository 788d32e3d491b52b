package io.anyio.testsuite.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;

/** Runs every written program on every backend and in many orders, and compares its trace with that of AnyIO. */
class GoldenTracesTest {
    private static final List<String> TOPICS = List.of(
            "scopes",
            "reasons",
            "groups",
            "start",
            "handles",
            "locks",
            "counters",
            "streams",
            "futures",
            "failing",
            "time",
            "branches",
            "mixed");

    @AnyIOTest
    void scopes() {
        check("scopes");
    }

    /** Which of several cancellations the exception names. */
    @AnyIOTest(leakCheck = false)
    void reasons() {
        check("reasons");
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

    @AnyIOTest(leakCheck = false)
    void memoryObjectStreams() {
        check("streams");
    }

    @AnyIOTest
    void futures() {
        check("futures");
    }

    /** Tasks woken by a failing task continue before the others see the failure, on backends with a defined order. */
    @AnyIOTest(leakCheck = false)
    void failingTasks() {
        if (!AnyIO.currentBackend().equals(Optional.of("simulation"))) {
            check("failing");
        }
    }

    /** Programs with durations, which are meaningful on the virtual clock only. */
    @SimulatedTest(seeds = 20, leakCheck = false)
    void time() {
        check("time");
    }

    /** Programs that run several tasks in one call. */
    @SimulatedTest(seeds = 20, leakCheck = false)
    void branches() {
        check("branches");
    }

    /** Programs that combine two or three features. */
    @SimulatedTest(seeds = 20, leakCheck = false)
    void mixed() {
        check("mixed");
    }

    @SimulatedTest
    void thereAreManyPrograms() {
        assertThat(TOPICS.stream()
                        .mapToInt(name -> GoldenTrace.in(name + ".golden").size())
                        .sum())
                .isGreaterThan(430);
    }

    private static void check(String name) {
        var all = new SoftAssertions();
        GoldenTrace.in(name + ".golden").forEach(golden -> golden.check(all));
        all.assertAll();
    }
}
