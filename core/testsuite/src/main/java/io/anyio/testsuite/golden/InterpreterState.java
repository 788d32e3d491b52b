package io.anyio.testsuite.golden;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskInfo;
import io.anyio.testing.Trail;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state shared by the tasks of a program: the named objects and the trace. All tasks run on one loop. */
final class InterpreterState {
    private final Trail trail = new Trail();
    private final Map<String, Object> things = new HashMap<>();
    private final Map<String, TaskHandle<String>> handles = new HashMap<>();
    private final Deadline begin = AnyIO.currentTime();
    private final long main = AnyIO.currentTask().id();

    void log(String task, String event) {
        trail.add(task + ": " + event);
    }

    List<String> trace() {
        return trail.events();
    }

    void name(String name, Object thing) {
        things.put(name, thing);
    }

    boolean knows(String name) {
        return things.containsKey(name);
    }

    <T> T thing(String name, Class<T> type) {
        return type.cast(known(name, things.get(name)));
    }

    Object thing(String name) {
        return known(name, things.get(name));
    }

    void handle(String name, TaskHandle<String> handle) {
        handles.put(name, handle);
    }

    boolean knowsTask(String name) {
        return handles.containsKey(name);
    }

    TaskHandle<String> handle(String name) {
        return known(name, handles.get(name));
    }

    /** Returns the scope of that name, or of the group of that name. */
    CancelScope scope(String name) {
        return thing(name) instanceof TaskGroup group ? group.cancelScope() : thing(name, CancelScope.class);
    }

    private static <T> T known(String name, @Nullable T thing) {
        if (thing == null) {
            throw new AssertionError("the program uses '" + name + "' before it has named it");
        }
        return thing;
    }

    Duration sinceBegin() {
        return AnyIO.currentTime().since(begin);
    }

    /** Returns the name of a task in the program; the first one may have another name outside. */
    String nameOf(TaskInfo task) {
        return task.id() == main ? "main" : task.name();
    }

    static Duration seconds(String number) {
        return Duration.ofNanos(Math.round(Double.parseDouble(number) * 1e9));
    }

    static String flags(CancelScope scope) {
        return (scope.cancelCalled() ? " called" : "") + (scope.cancelledCaught() ? " caught" : "");
    }
}
