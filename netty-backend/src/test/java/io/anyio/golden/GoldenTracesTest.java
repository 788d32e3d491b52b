package io.anyio.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.testing.AnyIOTest;
import io.anyio.testing.SimulatedTest;
import java.util.List;
import java.util.stream.Stream;

/** Every program leaves the trace here that it left on the original: on every backend, and in many orders. */
class GoldenTracesTest {
    private static final List<String> ANYWHERE =
            List.of("scopes", "groups", "start", "handles", "locks", "counters", "streams");

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

    /** Durations mean nothing on a real clock, so these are for the virtual one. */
    @SimulatedTest(seeds = 20)
    void time() {
        check("time");
    }

    @SimulatedTest(seeds = 20)
    void everywhereInManyOrders() {
        ANYWHERE.forEach(GoldenTracesTest::check);
    }

    @SimulatedTest
    void thereAreManyPrograms() {
        assertThat(Stream.concat(ANYWHERE.stream(), Stream.of("time"))
                        .mapToInt(name -> GoldenTrace.in(name + ".golden").size())
                        .sum())
                .isGreaterThan(250);
    }

    private static void check(String name) {
        for (GoldenTrace golden : GoldenTrace.in(name + ".golden")) {
            golden.check();
        }
    }
}
