package io.anyio;

/**
 * Code that gets the failures of an attached run's tasks whose futures nothing waits for, in place of the log. See
 * {@link AttachedRun#start(TaskOptions, ValueBlock)}.
 *
 * <p>AnyIO has no counterpart; closest is asyncio's {@code loop.set_exception_handler}.
 */
@FunctionalInterface
public interface TaskFailureHandler {

    /**
     * Handles the failure of a task, which is not a cancellation. Called by the task itself, on its thread and with its
     * context, as its last action, after its future was completed. It must not wait. Several tasks may call this method
     * at the same time.
     *
     * <p>If it throws, the failure of the task and that of the handler are logged to the {@link System.Logger}
     * {@code io.anyio}; the task ends as otherwise.
     *
     * @param taskName the name of the task
     * @param failure what the task has thrown
     */
    void handle(String taskName, Throwable failure) throws Exception;
}
