package io.anyio.task;

import io.anyio.TaskHandle;
import io.anyio.stream.ObjectReceiveStream;
import org.jspecify.annotations.Nullable;

/**
 * Code that processes tasks in the order in which they end, and returns a value. See {@link AsCompleted#call}.
 *
 * <p>AnyIO: the body of {@code async with as_completed(...)}.
 */
@FunctionalInterface
public interface CompletedValueBlock<T extends @Nullable Object, R extends @Nullable Object> {

    /** Runs the code. An exception is thrown to the caller as a member of a failure group. */
    R call(ObjectReceiveStream<TaskHandle<T>> ended) throws Exception;
}
