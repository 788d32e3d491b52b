package io.anyio.task;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import org.jspecify.annotations.Nullable;

/** Starts tasks in a group, and names each after its code and its number. */
final class Starter<T extends @Nullable Object> {
    private final TaskGroup group;
    private final TaskOptions options;
    private int started; // written by the one task that starts them

    Starter(TaskGroup group, TaskOptions options) {
        this.group = group;
        this.options = options;
    }

    /** Starts {@code body}, which runs {@code code}, and names the task after {@code code}. */
    TaskHandle<T> start(Object code, ValueBlock<T, ?> body) {
        String name = options.name().orElseGet(() -> nameOf(code));
        return group.startSoon(options.withName(name + "[" + started++ + "]"), body);
    }

    /** Returns the name that a group gives to an unnamed task: the class that contains the code. */
    private static String nameOf(Object code) {
        String type = (code instanceof VoidBody adapted ? adapted.code() : code)
                .getClass()
                .getName();
        int lambda = type.indexOf("$$Lambda");
        return lambda < 0 ? type : type.substring(0, lambda);
    }
}
