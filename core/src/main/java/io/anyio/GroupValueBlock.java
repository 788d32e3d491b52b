package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Code that runs inside a task group, may start tasks in it, and gives a value.
 *
 * <p>AnyIO: the body of {@code async with create_task_group() as group}.
 */
@FunctionalInterface
public interface GroupValueBlock<T extends @Nullable Object> {

    /** Runs the code. Whatever it throws leaves the group as a member of a failure group. */
    T call(TaskGroup group) throws Exception;
}
