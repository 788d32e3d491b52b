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
 * @param owner the task that holds it, if there is one
 * @param tasksWaiting the number of tasks that wait for it
 */
public record LockStatistics(boolean locked, Optional<TaskInfo> owner, int tasksWaiting) {
    /** Makes a snapshot. No argument may be null. */
    public LockStatistics {
        Objects.requireNonNull(owner, "owner");
    }
}
