package io.anyio.explorer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All scenarios by name. */
final class Scenarios {
    private Scenarios() {}

    static Map<String, Scenario> all() {
        List<Scenario> scenarios = new ArrayList<>(CancelledWaits.all());
        scenarios.addAll(AcquirableScenarios.all());
        scenarios.add(GeneratedPrograms.scenario());
        ScenarioFinder.find("Scenarios", ScenarioContext.class).forEach(method -> scenarios.add(of(method)));
        Map<String, Scenario> byName = new LinkedHashMap<>();
        for (Scenario scenario : scenarios) {
            if (byName.put(scenario.name(), scenario) != null) {
                throw new AssertionError("Two scenarios are called " + scenario.name());
            }
        }
        return byName;
    }

    private static Scenario of(Method method) {
        Class<?> owner = method.getDeclaringClass();
        String area = owner.getSimpleName().replace("Scenarios", "").toLowerCase(Locale.ROOT);
        var scenario = new Scenario(area + "/" + method.getName(), ctx -> call(method, ctx));
        return owner == SliceScenarios.class ? scenario.withSlices() : scenario;
    }

    private static void call(Method method, ScenarioContext ctx) throws Throwable {
        try {
            method.invoke(null, ctx);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
