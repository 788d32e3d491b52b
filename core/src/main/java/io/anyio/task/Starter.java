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
        Object source = code instanceof VoidBody adapted ? adapted.code() : code;
        String name = options.withNameOf(source).name().orElseThrow();
        return group.startSoon(options.withName(name + "[" + started++ + "]"), body);
    }
}
