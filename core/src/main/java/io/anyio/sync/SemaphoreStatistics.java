package io.anyio.sync;

/**
 * A snapshot of a {@link Semaphore}.
 *
 * <p>AnyIO: {@code SemaphoreStatistics}.
 *
 * @param tasksWaiting the number of tasks that wait for it
 */
public record SemaphoreStatistics(int tasksWaiting) {}
