package io.anyio.explorer;

import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.TaskRef;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds waits that have ended but are still in the queues of a primitive. Statistics count only waiters that can still
 * be served, so they do not show such a wait.
 */
final class QueueLeakCheck {
    private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();

    private QueueLeakCheck() {}

    /** Returns what is left in the queues of {@code primitive}, or an empty string. */
    static String in(Object primitive) {
        return search(primitive, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static String search(Object object, Set<Object> seen) {
        if (object instanceof Suspension || object instanceof TaskRef) {
            return object.toString();
        }
        if (object instanceof Map<?, ?> map) {
            return map.isEmpty() ? "" : map.toString();
        }
        if (!object.getClass().getName().startsWith("io.anyio.")
                || object.getClass().isEnum()
                || !seen.add(object)) {
            return "";
        }
        switch (object.getClass().getSimpleName()) {
            case "Waiter" -> {
                return "a waiter";
            }
            case "Node" -> {
                return "the marker of a walk"; // or another that is no task
            }
            default -> {}
        }
        for (Field field : FIELDS.computeIfAbsent(object.getClass(), QueueLeakCheck::fields)) {
            try {
                Object value = field.get(object);
                String found = value == null ? "" : search(value, seen);
                if (!found.isEmpty()) {
                    return found;
                }
            } catch (IllegalAccessException impossible) {
                throw new AssertionError(impossible);
            }
        }
        return "";
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> at = type; at != null && at.getName().startsWith("io.anyio."); at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields;
    }
}
