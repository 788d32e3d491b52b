package io.anyio;

import org.jspecify.annotations.Nullable;

/** Thrown when the result of a cancelled task is requested, ended or not. AnyIO: {@code TaskCancelled}. */
public final class TaskCancelledException extends TaskFailedException {
    private static final long serialVersionUID = 1L;

    TaskCancelledException(String task, @Nullable Throwable cause) {
        super("Task '" + task + "' was cancelled", cause);
    }
}
