package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * A task as an owner: of a lock, of a token. For implementers of primitives; everybody else asks
 * {@link AnyIO#currentTask()}.
 *
 * <p>There is one reference for each task, so that two can be compared with {@code ==}. Any thread may use it.
 *
 * <p>AnyIO: the task that a {@code TaskInfo} is about; {@code LockStatistics.owner} and others refer to it.
 */
public sealed interface TaskRef permits Task {

    /**
     * The current task.
     *
     * @param what what is to be done, for the message
     * @throws NoEventLoopException when not called by a task
     */
    static TaskRef current(String what) {
        return Task.require(what);
    }

    /** The current task, or null on a thread that is no task. */
    static @Nullable TaskRef currentOrNull() {
        return Task.currentOrNull();
    }

    /** Unique in this process; a task that was started later has a greater one. */
    long id();

    /** The task's name. */
    String name();

    /** Whether its run is to find mistakes, which may cost time; see {@code debug} of the backend's options. */
    boolean debugging();

    /** The task as it is now. May look at its stack: for diagnosis, and not inside a critical section. */
    TaskInfo info();
}
