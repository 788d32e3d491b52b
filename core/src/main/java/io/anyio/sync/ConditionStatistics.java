package io.anyio.sync;

import java.util.Objects;

/**
 * A snapshot of a {@link Condition}.
 *
 * <p>AnyIO: {@code ConditionStatistics}.
 *
 * @param tasksWaiting how many tasks wait for a signal; not those that were signalled and wait for the lock
 * @param lockStatistics the lock at about the same moment
 */
public record ConditionStatistics(int tasksWaiting, LockStatistics lockStatistics) {
    /** Nothing may be null. */
    public ConditionStatistics {
        Objects.requireNonNull(lockStatistics, "lockStatistics");
    }
}
