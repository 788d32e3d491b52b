package io.anyio.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every scenario under many seeds, on one loop and on several. See docs/explorer.md for what can be set. */
class ExplorerTest {
    private static final boolean LOOP_CARRIER = "loop".equals(System.getProperty("anyio.test.carrier", "loop"));
    private static final int SEEDS = Integer.getInteger("anyio.test.seeds", LOOP_CARRIER ? 200 : 10);
    private static final long FIRST_SEED = Long.getLong("explorer.seed", 0);
    private static final String ONLY = System.getProperty("explorer.scenario", "");

    @TestFactory
    Stream<DynamicTest> scenarios() {
        return Scenarios.all().values().stream()
                .filter(scenario -> scenario.name().contains(ONLY))
                .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> explore(scenario)));
    }

    private static void explore(Scenario scenario) throws InterruptedException {
        boolean replay = Long.getLong("explorer.seed") != null;
        Integer loops = Integer.getInteger("explorer.loops");
        for (int layout : loops == null ? List.of(1, Explorer.SEVERAL) : List.of(loops)) {
            Finding found = Explorer.explore(scenario, layout, FIRST_SEED, replay ? FIRST_SEED + 1 : SEEDS);
            if (found != null) {
                throw new AssertionError(found.report(), found.cause());
            }
        }
    }

    @Test
    void thereAreAtLeastTwoHundredScenarios() {
        assertThat(Scenarios.all()).hasSizeGreaterThanOrEqualTo(200);
    }
}
