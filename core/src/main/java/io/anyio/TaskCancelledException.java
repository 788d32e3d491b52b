package io.anyio;

import org.jspecify.annotations.Nullable;

/** The task whose result was asked for was cancelled, or is about to be. AnyIO: {@code TaskCancelled}. */
public final class TaskCancelledException extends TaskFailedException {
    private static final long serialVersionUID = 1L;

    TaskCancelledException(String task, @Nullable Throwable cause) {
        super("Task '" + task + "' was cancelled", cause);
    }
}
