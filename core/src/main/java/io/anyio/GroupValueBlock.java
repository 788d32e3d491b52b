package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Code that runs inside a task group, may start tasks in it, and returns a value.
 *
 * <p>AnyIO: the body of {@code async with create_task_group() as group}.
 */
@FunctionalInterface
public interface GroupValueBlock<T extends @Nullable Object> {

    /** Runs the code. The group throws the exceptions of this method as members of a failure group. */
    T call(TaskGroup group) throws Exception;
}
