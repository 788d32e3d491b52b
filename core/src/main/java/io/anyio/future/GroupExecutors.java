package io.anyio.future;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;

/**
 * A task group as an {@link Executor} or a {@link ThreadFactory}, for code of the JDK and of libraries that expects
 * one.
 *
 * <pre>{@code
 * TaskGroup.run(group -> {
 *     Executor executor = GroupExecutors.executor(group);
 *     CompletableFuture<Page> page = CompletableFuture.supplyAsync(() -> fetch("a"), executor);
 *     ...
 * });                                        // all of its tasks have ended
 * }</pre>
 *
 * <p>The executors and factories may be used by any thread, until the group ends. The work runs as tasks of the group,
 * on its event loop unless the options choose another one, so it must not compute for long. AnyIO has no counterpart.
 */
public final class GroupExecutors {
    private GroupExecutors() {}

    /**
     * Returns an executor that starts a task of {@code group} for each {@code Runnable}. What one throws is a failure
     * of its task and therefore of the group; methods such as {@code CompletableFuture.supplyAsync} catch it before.
     *
     * <p>{@code execute} never waits, and throws {@link RejectedExecutionException} when the group has ended. In a
     * cancelled group the {@code Runnable} still begins, as any task does, and runs to its first checkpoint.
     */
    public static Executor executor(TaskGroup group) {
        return executor(group, TaskOptions.DEFAULTS);
    }

    /** Like {@link #executor(TaskGroup)}, with options for the tasks. */
    public static Executor executor(TaskGroup group, TaskOptions options) {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(options, "options");
        return code -> start(group, options, code, code);
    }

    /**
     * Returns a factory of threads whose code runs as a task of {@code group}.
     *
     * <p>A task's thread cannot be handed out before the task runs. The factory therefore returns a virtual thread that
     * stands for the task: {@code start} starts the task, the thread is alive until the task has ended, and
     * {@code interrupt} interrupts the task's own thread. The name and the context class loader that the thread has
     * when it starts are those of the task. A failure goes to the thread's uncaught exception handler if it has one of
     * its own, otherwise it is a failure of the group, as of any task. Differences that remain:
     *
     * <ul>
     *   <li>{@code Thread.currentThread()} in the code is the task's own thread, so a {@code ThreadLocal}, and the
     *       interrupt status, belong to that one.
     *   <li>The stack trace of the returned thread does not show the code; {@code TaskDump} does.
     *   <li>A cancellation of the group reaches the code at its next checkpoint, as in every task. It does not
     *       interrupt a foreign wait; make that in {@link io.anyio.Interruptible}.
     * </ul>
     *
     * <p>After the end of the group {@code newThread} returns null, as a factory that rejects a request does. The code
     * of a thread that was made before and is started after the end does not run; the thread ends at once with a
     * {@link RejectedExecutionException} in its uncaught exception handler. A thread that is never started does not
     * keep the group alive.
     *
     * <p>A thread pool on such a factory keeps its threads, and so the group, until it is shut down: close it in the
     * body of the group. A pool that is used while the group ends may lose the work for which it starts a thread, and
     * then waits for that thread when it is closed.
     */
    public static ThreadFactory threadFactory(TaskGroup group) {
        return threadFactory(group, TaskOptions.DEFAULTS);
    }

    /** Like {@link #threadFactory(TaskGroup)}, with options for the tasks, such as a name for all threads. */
    public static ThreadFactory threadFactory(TaskGroup group, TaskOptions options) {
        return new TaskThreads(Objects.requireNonNull(group, "group"), Objects.requireNonNull(options, "options"));
    }

    /**
     * Starts a task for {@code code}.
     *
     * @param source the code of the user, whose class gives the task its name if the options do not
     */
    static TaskHandle<?> start(TaskGroup group, TaskOptions options, Object source, Runnable code) {
        Objects.requireNonNull(source, "code");
        try {
            return group.startSoon(options.withNameOf(source), code::run);
        } catch (IllegalStateException ended) {
            throw new RejectedExecutionException(
                    "The task group has ended, so its executor takes no more work; use it inside the group only",
                    ended);
        }
    }
}
