package io.anyio.sync;

/**
 * A snapshot of an {@link Event}.
 *
 * <p>AnyIO: {@code EventStatistics}.
 *
 * @param tasksWaiting the number of tasks that wait for it
 */
public record EventStatistics(int tasksWaiting) {}
