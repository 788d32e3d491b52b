package io.anyio;

/** Thrown when the result of a task is read before the task has ended. AnyIO: {@code TaskNotFinished}. */
public final class TaskNotFinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TaskNotFinishedException(String task) {
        super("Task '" + task + "' has not finished yet; wait for it with join() or await()");
    }
}
