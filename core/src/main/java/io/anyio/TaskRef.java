package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * A reference to a task, for example as the owner of a lock or a token. For implementers of primitives; other code
 * calls {@link AnyIO#currentTask()}.
 *
 * <p>There is one reference for each task, so references can be compared with {@code ==}. May be used by any thread.
 *
 * <p>AnyIO: the task described by a {@code TaskInfo}; {@code LockStatistics.owner} and others refer to it.
 */
public sealed interface TaskRef permits Task {

    /**
     * Returns the current task.
     *
     * @param what the operation that needs it, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     */
    static TaskRef current(String what) {
        return Task.require(what);
    }

    /** Returns the current task, or null on a thread that is not a task. */
    static @Nullable TaskRef currentOrNull() {
        return Task.currentOrNull();
    }

    /** Returns a number that is unique in this process. A task that was started later has a greater number. */
    long id();

    /** Returns the task's name. */
    String name();

    /** Returns whether the run checks for mistakes, which may cost time; see {@code debug} in the backend's options. */
    boolean debugging();

    /** Returns a snapshot of the task. May read its stack; for diagnosis, and not inside a critical section. */
    TaskInfo info();
}
