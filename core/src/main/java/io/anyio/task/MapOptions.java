package io.anyio.task;

import io.anyio.TaskOptions;
import java.util.Objects;

/**
 * How {@link Tasks#amap(MapOptions, Iterable, MapFunction)} and {@link Tasks#forEach(MapOptions, Iterable, ItemBlock)}
 * start their tasks. Immutable.
 *
 * <p>AnyIO: the keyword arguments of {@code amap}.
 */
public final class MapOptions {
    /** The limit of as many tasks at a time as there are items. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** All at once, each on the loop of the caller. */
    public static final MapOptions DEFAULTS = new MapOptions(UNLIMITED, TaskOptions.DEFAULTS);

    private final int limit;
    private final TaskOptions tasks;

    private MapOptions(int limit, TaskOptions tasks) {
        this.limit = limit;
        this.tasks = tasks;
    }

    /**
     * With at most {@code atATime} tasks at a time, or {@link #UNLIMITED}. With a limit, the next item is asked for
     * when there is room for its task, so the items may come from a source that is large, endless, or waits.
     *
     * @throws IllegalArgumentException for less than 1
     */
    public MapOptions withLimit(int atATime) {
        if (atATime < 1) {
            throw new IllegalArgumentException("At least 1 task at a time is needed to get anywhere, not " + atATime);
        }
        return new MapOptions(atATime, tasks);
    }

    /** With these options for each task: a name, to which the number of the item is added, or the loops to run on. */
    public MapOptions withTasks(TaskOptions newTasks) {
        return new MapOptions(limit, Objects.requireNonNull(newTasks, "newTasks"));
    }

    /** How many tasks at a time; {@link #UNLIMITED} for one for each item. */
    public int limit() {
        return limit;
    }

    /** The options of each task. */
    public TaskOptions tasks() {
        return tasks;
    }

    @Override
    public String toString() {
        return "MapOptions[" + (limit == UNLIMITED ? "unlimited" : "limit " + limit) + ", " + tasks + "]";
    }
}
