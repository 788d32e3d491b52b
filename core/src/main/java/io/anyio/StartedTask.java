package io.anyio;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task that has reported that it is ready. AnyIO: a {@code TaskHandle} with {@code start_value}.
 *
 * @param handle the task
 * @param startValue the value that it passed to {@link TaskStatus#started}
 */
public record StartedTask<T extends @Nullable Object, S extends @Nullable Object>(TaskHandle<T> handle, S startValue) {
    /** Creates a pair. The handle must not be null. */
    public StartedTask {
        Objects.requireNonNull(handle, "handle");
    }
}
