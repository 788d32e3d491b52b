package io.anyio.thread;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A task of a portal that has reported that it is ready. AnyIO: the pair that {@code start_task} returns.
 *
 * @param future the outcome of the task; cancelling it cancels the task
 * @param startValue the value that the task passed to {@code started}
 */
public record StartedFuture<T extends @Nullable Object, S extends @Nullable Object>(
        CompletableFuture<T> future, S startValue) {
    /** Creates a pair. The future must not be null. */
    public StartedFuture {
        Objects.requireNonNull(future, "future");
    }
}
