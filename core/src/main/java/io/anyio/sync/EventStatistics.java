package io.anyio.sync;

/**
 * A snapshot of an {@link Event}.
 *
 * <p>AnyIO: {@code EventStatistics}.
 *
 * @param tasksWaiting how many tasks wait for it
 */
public record EventStatistics(int tasksWaiting) {}
