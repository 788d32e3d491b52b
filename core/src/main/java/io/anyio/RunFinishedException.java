package io.anyio;

import java.util.Objects;

/** The run that something was meant for has ended. AnyIO: {@code RunFinishedError}. */
public final class RunFinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the run. */
    public RunFinishedException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }
}
