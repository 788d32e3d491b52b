package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Code of a task that reports when it is ready and gives a value when it ends, for {@link TaskGroup#startHandle}.
 *
 * <p>AnyIO: a coroutine function that takes a {@code task_status}.
 */
@FunctionalInterface
public interface StartValueBlock<T extends @Nullable Object, S extends @Nullable Object> {

    /** Runs the task; calls {@link TaskStatus#started} once, when it is ready. */
    T call(TaskStatus<S> status) throws Exception;
}
