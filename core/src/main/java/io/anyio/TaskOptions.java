package io.anyio;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a task is started. Immutable. */
public final class TaskOptions {

    /** No name, on the loop of the task that starts it. */
    public static final TaskOptions DEFAULTS = new TaskOptions(null, false);

    private final @Nullable String name;
    private final boolean spread;

    private TaskOptions(@Nullable String name, boolean spread) {
        this.name = name;
        this.spread = spread;
    }

    /** With a name, for dumps, messages and the thread. */
    public TaskOptions withName(String newName) {
        return new TaskOptions(newName, spread);
    }

    /**
     * With a loop picked in turn among those of the run. The task then runs <em>in parallel</em> with the tasks of
     * other loops, the one that starts it included: state that they share must be safe for threads.
     */
    public TaskOptions withSpread(boolean anyLoop) {
        return new TaskOptions(name, anyLoop);
    }

    /** The name, if one was given. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The name, or the one of the code. */
    String nameOr(Object code) {
        return name == null ? TaskNames.of(code.getClass()) : name;
    }

    /** Whether the task goes to any loop of the run. */
    public boolean spread() {
        return spread;
    }
}
