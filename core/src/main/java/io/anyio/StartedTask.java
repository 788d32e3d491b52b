package io.anyio;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task that has reported that it is ready. AnyIO: a {@code TaskHandle} with {@code start_value}.
 *
 * @param handle the task
 * @param startValue what it gave to {@link TaskStatus#started}
 */
public record StartedTask<T extends @Nullable Object, S extends @Nullable Object>(TaskHandle<T> handle, S startValue) {
    /** Nothing may be null. */
    public StartedTask {
        Objects.requireNonNull(handle, "handle");
    }
}
