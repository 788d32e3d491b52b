package io.anyio;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How a task is started. Immutable.
 *
 * <p>AnyIO: the keyword arguments of {@code start_soon}, {@code start} and {@code create_task}, {@code name} and
 * {@code context}.
 */
public final class TaskOptions {

    /** No name, on the loop of the task that starts it, with a copy of its context values. */
    public static final TaskOptions DEFAULTS = new TaskOptions(null, Placement.PARENT, null);

    private final @Nullable String name;
    private final int loop; // a loop's number, or one of Placement
    private final @Nullable TaskContext context;

    private TaskOptions(@Nullable String name, int loop, @Nullable TaskContext context) {
        this.name = name;
        this.loop = loop;
        this.context = context;
    }

    /** With a name, for dumps, messages and the thread. */
    public TaskOptions withName(String newName) {
        return new TaskOptions(Objects.requireNonNull(newName, "newName"), loop, context);
    }

    /**
     * With a loop picked in turn among those of the run. The task then runs <em>in parallel</em> with the tasks of
     * other loops, the one that starts it included: state that they share must be safe for threads.
     *
     * <p>There is one choice of a loop, and the last call makes it: this undoes {@link #withLoop}, and {@code false}
     * goes back to the loop of the task that starts it, whatever was chosen before.
     */
    public TaskOptions withSpread(boolean anyLoop) {
        return new TaskOptions(name, anyLoop ? Placement.ANY : Placement.PARENT, context);
    }

    /**
     * On one loop of the run, counted from 0. On another loop than the starting task's it runs in parallel; see
     * {@link #withSpread}, which this undoes.
     *
     * @throws IllegalArgumentException for a negative number; starting the task throws it for a loop that the run does
     *     not have
     */
    public TaskOptions withLoop(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("Loops are counted from 0, so there is no loop " + number);
        }
        return new TaskOptions(name, number, context);
    }

    /**
     * With a copy of the values that are in {@code values} when the task is started, in place of those of the task that
     * starts it.
     */
    public TaskOptions withContext(TaskContext values) {
        return new TaskOptions(name, loop, Objects.requireNonNull(values, "values"));
    }

    /** The name, if one was given. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The name, or the one that a task with this code gets when it is given none. */
    String nameOr(Object code) {
        return name == null ? TaskNames.of(code.getClass()) : name;
    }

    /** Whether the task goes to any loop of the run. */
    public boolean spread() {
        return loop == Placement.ANY;
    }

    /** The loop it goes to, if one was asked for. */
    public OptionalInt loop() {
        return loop < 0 ? OptionalInt.empty() : OptionalInt.of(loop);
    }

    /** Where the values come from that it begins with, if that was given. */
    public Optional<TaskContext> context() {
        return Optional.ofNullable(context);
    }

    /** The context values that a task begins with which {@code starter} starts. */
    ContextMap contextOr(Task starter) {
        return context == null ? starter.context().map() : context.map();
    }

    /** The loop for a task that is started by one on {@code parent}. */
    TaskLoop place(TaskLoop parent) {
        return switch (loop) {
            case Placement.PARENT -> parent;
            case Placement.ANY -> parent.run().nextLoop();
            default -> parent.run().loop(loop);
        };
    }

    @Override
    public String toString() {
        String where = switch (loop) {
            case Placement.PARENT -> "on the loop of the starter";
            case Placement.ANY -> "spread";
            default -> "on loop " + loop;
        };
        return "TaskOptions[" + (name == null ? "" : "name '" + name + "', ") + where
                + (context == null ? "" : ", with a context") + "]";
    }

    /** What stands for a loop's number when none was given. */
    private static final class Placement {
        static final int PARENT = -1;
        static final int ANY = -2;
    }
}
