package io.anyio.task;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts tasks in a group, keeps their handles in order, and names each after its code and its number. */
final class Starter<T extends @Nullable Object> {
    private final TaskGroup group;
    private final TaskOptions options;
    private final List<TaskHandle<T>> handles;

    Starter(TaskGroup group) {
        this(group, TaskOptions.DEFAULTS, new ArrayList<>());
    }

    /** Adds the handles to {@code handles}. */
    Starter(TaskGroup group, TaskOptions options, List<TaskHandle<T>> handles) {
        this.group = group;
        this.options = options;
        this.handles = handles;
    }

    void body(ValueBlock<? extends T, ?> body) {
        start(body, body::call);
    }

    /** Starts {@code body}, which does what {@code code} is about. */
    void start(Object code, ValueBlock<T, ?> body) {
        String name = options.name().orElseGet(() -> nameOf(code));
        handles.add(group.startSoon(options.withName(name + "[" + handles.size() + "]"), body));
    }

    /** As a group names tasks that are given no name: the class in which the code stands. */
    private static String nameOf(Object code) {
        String type = code.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        return lambda < 0 ? type : type.substring(0, lambda);
    }

    /** The handles, in the order in which the tasks were started. */
    List<TaskHandle<T>> handles() {
        return handles;
    }
}
