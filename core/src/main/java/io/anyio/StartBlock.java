package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * The code of a task that reports when it is ready, for {@link TaskGroup#start}.
 *
 * <p>AnyIO: a coroutine function that takes a {@code task_status}.
 */
@FunctionalInterface
public interface StartBlock<S extends @Nullable Object> {

    /** Runs the task. Must call {@link TaskStatus#started} once, when the task is ready. */
    void run(TaskStatus<S> status) throws Exception;
}
