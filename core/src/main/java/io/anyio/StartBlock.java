package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Code of a task that reports when it is ready, for {@link TaskGroup#start}.
 *
 * <p>AnyIO: a coroutine function that takes a {@code task_status}.
 */
@FunctionalInterface
public interface StartBlock<S extends @Nullable Object> {

    /** Runs the task; calls {@link TaskStatus#started} once, when it is ready. */
    void run(TaskStatus<S> status) throws Exception;
}
