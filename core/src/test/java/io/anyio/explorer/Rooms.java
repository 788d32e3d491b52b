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
final class Rooms {
    private Rooms() {}

    /** One scenario for each static method that takes nothing but a world, in the order of their names. */
    static List<Scenario> of(Class<?> room) {
        String name = room.getSimpleName().replace("Scenarios", "").toLowerCase(Locale.ROOT);
        List<Scenario> scenarios = new ArrayList<>();
        Arrays.stream(room.getDeclaredMethods())
                .filter(method -> !method.isSynthetic()
                        && !Modifier.isPrivate(method.getModifiers())
                        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {World.class}))
                .sorted(Comparator.comparing(Method::getName))
                .forEach(method -> scenarios.add(new Scenario(name + "/" + method.getName(), w -> call(method, w))));
        return scenarios;
    }

    private static void call(Method method, World w) throws Throwable {
        try {
            method.invoke(null, w);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
