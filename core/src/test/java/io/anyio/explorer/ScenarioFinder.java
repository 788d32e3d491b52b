package io.anyio.explorer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Makes scenarios of the methods of a class. */
final class ScenarioFinder {
    private ScenarioFinder() {}

    /**
     * One scenario for each static method that takes a scenario context and nothing else, in the order of their names.
     */
    static List<Scenario> of(Class<?> area) {
        String name = area.getSimpleName().replace("Scenarios", "").toLowerCase(Locale.ROOT);
        List<Scenario> scenarios = new ArrayList<>();
        Arrays.stream(area.getDeclaredMethods())
                .filter(method -> !method.isSynthetic()
                        && !Modifier.isPrivate(method.getModifiers())
                        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {ScenarioContext.class}))
                .sorted(Comparator.comparing(Method::getName))
                .forEach(
                        method -> scenarios.add(new Scenario(name + "/" + method.getName(), ctx -> call(method, ctx))));
        return scenarios;
    }

    private static void call(Method method, ScenarioContext ctx) throws Throwable {
        try {
            method.invoke(null, ctx);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
