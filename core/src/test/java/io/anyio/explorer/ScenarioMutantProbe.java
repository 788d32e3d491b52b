package io.anyio.explorer;

import org.jspecify.annotations.Nullable;

/**
 * Explores inside of a loader of {@link ScenarioMutantsTest}. Called by reflection, so it takes and returns strings.
 */
final class ScenarioMutantProbe {
    private ScenarioMutantProbe() {}

    /** The report on the first scenario, of those whose names contain a string, that fails; null when none does. */
    static @Nullable String firstFinding(String scenarios, int seeds) throws InterruptedException {
        for (Scenario scenario : Scenarios.all().values()) {
            if (scenario.name().contains(scenarios)) {
                for (int loops : new int[] {1, Explorer.SEVERAL}) {
                    Finding found = Explorer.explore(scenario, loops, 0, seeds);
                    if (found != null) {
                        return found.report();
                    }
                }
            }
        }
        return null;
    }
}
