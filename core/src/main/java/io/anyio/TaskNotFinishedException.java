package io.anyio;

/** The result of a task was read before its end. AnyIO: {@code TaskNotFinished}. */
public final class TaskNotFinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TaskNotFinishedException(String task) {
        super("Task '" + task + "' has not finished yet; wait for it with join() or await()");
    }
}
