package io.anyio.sync;

import java.util.Objects;

/**
 * A snapshot of a {@link Condition}.
 *
 * <p>AnyIO: {@code ConditionStatistics}.
 *
 * @param tasksWaiting the number of tasks that wait for a signal, without signalled tasks that wait for the lock
 * @param lockStatistics the state of the lock at about the same time
 */
public record ConditionStatistics(int tasksWaiting, LockStatistics lockStatistics) {
    /** Makes a snapshot. No argument may be null. */
    public ConditionStatistics {
        Objects.requireNonNull(lockStatistics, "lockStatistics");
    }
}
