package io.anyio.sync;

/**
 * A snapshot of a {@link Semaphore}.
 *
 * <p>AnyIO: {@code SemaphoreStatistics}.
 *
 * @param tasksWaiting how many tasks wait for it
 */
public record SemaphoreStatistics(int tasksWaiting) {}
