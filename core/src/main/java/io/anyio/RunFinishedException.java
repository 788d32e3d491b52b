package io.anyio;

import java.util.Objects;

/** Thrown when an operation needs a run that has ended. AnyIO: {@code RunFinishedError}. */
public final class RunFinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message names the run. */
    public RunFinishedException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }
}
