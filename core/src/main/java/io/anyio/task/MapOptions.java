package io.anyio.task;

import io.anyio.TaskOptions;
import java.util.Objects;

/**
 * Options of {@link Tasks#amap(MapOptions, Iterable, MapFunction)} and {@link Tasks#forEach(MapOptions, Iterable,
 * ItemBlock)}. Immutable.
 *
 * <p>AnyIO: the keyword arguments of {@code amap}.
 */
public final class MapOptions {
    /** The limit that allows as many concurrent tasks as there are items. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** The default options: all tasks are concurrent, each on the loop of the caller. */
    public static final MapOptions DEFAULTS = new MapOptions(UNLIMITED, TaskOptions.DEFAULTS);

    private final int limit;
    private final TaskOptions tasks;

    private MapOptions(int limit, TaskOptions tasks) {
        this.limit = limit;
        this.tasks = tasks;
    }

    /**
     * Returns these options with a limit of {@code atATime} concurrent tasks, or {@link #UNLIMITED}. With a limit, the
     * next item is requested only when there is room for its task, so the items may come from a source that is large,
     * endless, or waits.
     *
     * @throws IllegalArgumentException for less than 1
     */
    public MapOptions withLimit(int atATime) {
        if (atATime < 1) {
            throw new IllegalArgumentException("The limit of concurrent tasks must be at least 1, not " + atATime);
        }
        return new MapOptions(atATime, tasks);
    }

    /** Returns these options with other options for each task: its loop, or a name, extended by the item's number. */
    public MapOptions withTasks(TaskOptions newTasks) {
        return new MapOptions(limit, Objects.requireNonNull(newTasks, "newTasks"));
    }

    /** Returns the largest number of concurrent tasks; {@link #UNLIMITED} for one task for each item. */
    public int limit() {
        return limit;
    }

    /** Returns the options of each task. */
    public TaskOptions tasks() {
        return tasks;
    }

    @Override
    public String toString() {
        return "MapOptions[" + (limit == UNLIMITED ? "unlimited" : "limit " + limit) + ", " + tasks + "]";
    }
}
