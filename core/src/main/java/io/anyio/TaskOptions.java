package io.anyio;

import io.anyio.internal.ContextHolder;
import io.anyio.internal.ContextMap;
import io.anyio.internal.TaskLoop;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Options for starting a task: its name, its loop and its context. Immutable.
 *
 * <p>AnyIO: the keyword arguments {@code name} and {@code context} of {@code start_soon}, {@code start} and
 * {@code create_task}.
 */
public final class TaskOptions {

    /** The default name, the loop of the starting task, and a copy of its context values. */
    public static final TaskOptions DEFAULTS = new TaskOptions(new Values());

    /** The mutable form of the options, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private @Nullable String name;
        private int loop = Placement.PARENT; // a loop's number, or one of Placement
        private @Nullable TaskContext context;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private TaskOptions(Values values) {
        this.values = values;
    }

    /** Returns the default options with a name; see {@link #withName}. */
    public static TaskOptions named(String name) {
        return DEFAULTS.withName(name);
    }

    /** Returns options with a name, which is used in dumps and messages and for the thread. */
    public TaskOptions withName(String newName) {
        Values changed = values.copy();
        changed.name = Objects.requireNonNull(newName, "newName");
        return new TaskOptions(changed);
    }

    /**
     * Returns these options if they have a name, otherwise options with the default name of a task with this code: the
     * name of the class that contains it. For code that wraps the code of others.
     */
    public TaskOptions withNameOf(Object code) {
        Objects.requireNonNull(code, "code");
        return values.name == null ? withName(TaskNames.of(code.getClass())) : this;
    }

    /**
     * Returns options with a loop that is chosen in turn among the loops of the run. The task then runs <em>in
     * parallel</em> with the tasks of other loops, including the starting task. State that they share must be
     * thread-safe.
     *
     * <p>The last call that chooses a loop takes effect: this method replaces {@link #withLoop}. {@code false} chooses
     * the loop of the starting task, whatever was chosen before.
     */
    public TaskOptions withSpread(boolean anyLoop) {
        Values changed = values.copy();
        changed.loop = anyLoop ? Placement.ANY : Placement.PARENT;
        return new TaskOptions(changed);
    }

    /**
     * Returns options with one loop of the run, counted from 0. On a loop other than that of the starting task, the
     * task runs in parallel; see {@link #withSpread}, which this method replaces.
     *
     * @throws IllegalArgumentException for a negative number. For a loop that the run does not have, starting the task
     *     throws this exception
     */
    public TaskOptions withLoop(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("Loops are counted from 0, so there is no loop " + number);
        }
        Values changed = values.copy();
        changed.loop = number;
        return new TaskOptions(changed);
    }

    /**
     * Returns options with a context. The task begins with a copy of the values that {@code newContext} contains when
     * the task is started, instead of those of the starting task.
     */
    public TaskOptions withContext(TaskContext newContext) {
        Values changed = values.copy();
        changed.context = Objects.requireNonNull(newContext, "newContext");
        return new TaskOptions(changed);
    }

    /** Returns the name, if one was given. */
    public Optional<String> name() {
        return Optional.ofNullable(values.name);
    }

    /** Returns the name, or the default name for a task with this code. */
    String nameOr(Object code) {
        return values.name == null ? TaskNames.of(code.getClass()) : values.name;
    }

    /** Returns whether the task runs on any loop of the run. */
    public boolean spread() {
        return values.loop == Placement.ANY;
    }

    /** Returns the number of the chosen loop, if one was chosen. */
    public OptionalInt loop() {
        return values.loop < 0 ? OptionalInt.empty() : OptionalInt.of(values.loop);
    }

    /** Returns the context, if one was given. */
    public Optional<TaskContext> context() {
        return Optional.ofNullable(values.context);
    }

    /** Returns the context values with which a task begins that inherits from {@code starter}. */
    ContextMap contextOr(ContextHolder starter) {
        return values.context == null ? starter.context().map() : values.context.map();
    }

    /** Returns the loop for a task that is started by a task on {@code parent}. */
    TaskLoop place(TaskLoop parent) {
        return switch (values.loop) {
            case Placement.PARENT -> parent;
            case Placement.ANY -> parent.run().nextLoop();
            default -> parent.run().loop(values.loop);
        };
    }

    @Override
    public String toString() {
        String where = switch (values.loop) {
            case Placement.PARENT -> "on the loop of the starter";
            case Placement.ANY -> "spread";
            default -> "on loop " + values.loop;
        };
        return "TaskOptions[" + (values.name == null ? "" : "name '" + values.name + "', ") + where
                + (values.context == null ? "" : ", with a context") + "]";
    }

    /** Values used in place of the number of a loop. */
    private static final class Placement {
        static final int PARENT = -1;
        static final int ANY = -2;
    }
}
