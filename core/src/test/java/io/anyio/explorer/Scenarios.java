package io.anyio.explorer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All scenarios by name. */
final class Scenarios {
    private static final List<Class<?>> AREAS = List.of(
            GroupScenarios.class,
            StartScenarios.class,
            HandleScenarios.class,
            ScopeScenarios.class,
            DeadlineScenarios.class,
            StreamScenarios.class,
            LineScenarios.class,
            ConditionScenarios.class,
            LimiterScenarios.class,
            BorrowerScenarios.class,
            StatisticsScenarios.class,
            PlacementScenarios.class,
            SignalScenarios.class,
            SelectScenarios.class,
            TasksScenarios.class,
            RaceScenarios.class,
            StopScenarios.class,
            QuietScenarios.class,
            ForeignScenarios.class,
            WorkerScenarios.class,
            EngineScenarios.class);

    private Scenarios() {}

    static Map<String, Scenario> all() {
        List<Scenario> scenarios = new ArrayList<>(CancelledWaits.all());
        scenarios.addAll(AcquirableScenarios.all());
        scenarios.add(GeneratedPrograms.scenario());
        for (Class<?> area : AREAS) {
            scenarios.addAll(ScenarioFinder.of(area));
        }
        ScenarioFinder.of(SliceScenarios.class).forEach(scenario -> scenarios.add(scenario.withSlices()));
        Map<String, Scenario> byName = new LinkedHashMap<>();
        for (Scenario scenario : scenarios) {
            if (byName.put(scenario.name(), scenario) != null) {
                throw new AssertionError("Two scenarios are called " + scenario.name());
            }
        }
        return byName;
    }

    static Scenario named(String name) {
        Scenario scenario = all().get(name);
        if (scenario == null) {
            throw new IllegalArgumentException("There is no scenario '" + name + "'");
        }
        return scenario;
    }
}
