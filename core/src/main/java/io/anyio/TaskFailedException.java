package io.anyio;

import org.jspecify.annotations.Nullable;

/** The task whose result was asked for has failed; the cause is what it threw. AnyIO: {@code TaskFailed}. */
public sealed class TaskFailedException extends RuntimeException permits TaskCancelledException {
    private static final long serialVersionUID = 1L;

    TaskFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
