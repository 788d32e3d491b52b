package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * The code of a task that reports when it is ready and returns a value, for {@link TaskGroup#startHandle}.
 *
 * <p>AnyIO: a coroutine function that takes a {@code task_status}.
 */
@FunctionalInterface
public interface StartValueBlock<T extends @Nullable Object, S extends @Nullable Object> {

    /** Runs the task. Must call {@link TaskStatus#started} once, when the task is ready. */
    T call(TaskStatus<S> status) throws Exception;
}
