package io.anyio.sync;

import io.anyio.TaskInfo;
import java.util.Objects;
import java.util.Optional;

/**
 * A snapshot of a {@link Lock}.
 *
 * <p>AnyIO: {@code LockStatistics}.
 *
 * @param locked whether a task holds it
 * @param owner the task that holds it
 * @param tasksWaiting how many tasks wait for it
 */
public record LockStatistics(boolean locked, Optional<TaskInfo> owner, int tasksWaiting) {
    /** Nothing may be null. */
    public LockStatistics {
        Objects.requireNonNull(owner, "owner");
    }
}
