package io.anyio.task;

import io.anyio.TaskOptions;
import java.util.Objects;

/**
 * Options of {@link Tasks#map(MapOptions, Iterable, MapFunction)} and {@link Tasks#forEach(MapOptions, Iterable,
 * ItemBlock)}. Immutable.
 *
 * <p>AnyIO: the keyword arguments of {@code amap}.
 */
public final class MapOptions {
    /** The limit that allows as many concurrent tasks as there are items. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** The default options: all tasks are concurrent, each on the loop of the caller. */
    public static final MapOptions DEFAULTS = new MapOptions(new Values());

    /** The mutable form of the options, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private int limit = UNLIMITED;
        private TaskOptions tasks = TaskOptions.DEFAULTS;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private MapOptions(Values values) {
        this.values = values;
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
        Values changed = values.copy();
        changed.limit = atATime;
        return new MapOptions(changed);
    }

    /** Returns these options with other options for each task: its loop, or a name, extended by the item's number. */
    public MapOptions withTasks(TaskOptions newTasks) {
        Values changed = values.copy();
        changed.tasks = Objects.requireNonNull(newTasks, "newTasks");
        return new MapOptions(changed);
    }

    /** Returns the largest number of concurrent tasks; {@link #UNLIMITED} for one task for each item. */
    public int limit() {
        return values.limit;
    }

    /** Returns the options of each task. */
    public TaskOptions tasks() {
        return values.tasks;
    }

    @Override
    public String toString() {
        return "MapOptions[" + (values.limit == UNLIMITED ? "unlimited" : "limit " + values.limit) + ", " + values.tasks
                + "]";
    }
}
