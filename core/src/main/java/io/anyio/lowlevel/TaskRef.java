package io.anyio.lowlevel;

import io.anyio.AnyIO;
import io.anyio.NoEventLoopException;
import io.anyio.TaskInfo;
import io.anyio.internal.RootAccess;
import io.anyio.internal.Task;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a task, for example as the owner of a lock or a token. For implementers of primitives; other code
 * calls {@link AnyIO#currentTask()}.
 *
 * <p>There is one reference for each task, so references can be compared with {@code ==}. May be used by any thread.
 *
 * <p>AnyIO: the task described by a {@code TaskInfo}; {@code LockStatistics.owner} and others refer to it.
 */
public final class TaskRef {
    private final Task task;

    private TaskRef(Task task) {
        this.task = task;
    }

    static TaskRef of(Task task) {
        return (TaskRef) task.reference(TaskRef::new);
    }

    /**
     * Returns the current task.
     *
     * @param what the operation that needs it, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     */
    public static TaskRef current(String what) {
        return of(Task.require(what));
    }

    /** Returns the current task, or null on a thread that is not a task. */
    public static @Nullable TaskRef currentOrNull() {
        Task current = Task.currentOrNull();
        return current == null ? null : of(current);
    }

    /** Returns a number that is unique in this process. A task that was started later has a greater number. */
    public long id() {
        return task.id();
    }

    /** Returns the task's name. */
    public String name() {
        return task.name();
    }

    /** Returns whether the run checks for mistakes, which may cost time; see {@code debug} in the backend's options. */
    public boolean debugging() {
        return task.run().debug();
    }

    /** Returns a snapshot of the task. May read its stack; for diagnosis, and not inside a critical section. */
    public TaskInfo info() {
        return (TaskInfo) RootAccess.info(task);
    }

    @Override
    public String toString() {
        return task.toString();
    }
}
