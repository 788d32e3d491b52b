package io.anyio.task;

import io.anyio.TaskHandle;
import io.anyio.stream.ObjectReceiveStream;
import org.jspecify.annotations.Nullable;

/**
 * Code that processes tasks in the order in which they end. See {@link AsCompleted#run}.
 *
 * <p>AnyIO: the body of {@code async with as_completed(...)}.
 */
@FunctionalInterface
public interface CompletedBlock<T extends @Nullable Object> {

    /** Runs the code. An exception is thrown to the caller as a member of a failure group. */
    void run(ObjectReceiveStream<TaskHandle<T>> ended) throws Exception;
}
