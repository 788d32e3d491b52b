package io.anyio;

import org.jspecify.annotations.Nullable;

/** Thrown when the result of a failed task is requested. The cause is its failure. AnyIO: {@code TaskFailed}. */
public sealed class TaskFailedException extends RuntimeException permits TaskCancelledException {
    private static final long serialVersionUID = 1L;

    TaskFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
