package io.anyio.sync;

/**
 * A snapshot of a {@link Condition}.
 *
 * @param tasksWaiting how many tasks wait for a signal; not those that were signalled and wait for the lock
 * @param lockStatistics the lock at about the same moment
 */
public record ConditionStatistics(int tasksWaiting, LockStatistics lockStatistics) {}
