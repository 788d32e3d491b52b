package io.anyio;

import java.util.Objects;

/** Thrown when a method that only a task may call is called elsewhere. AnyIO: {@code NoEventLoopError}. */
public final class NoEventLoopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message says what to do. */
    public NoEventLoopException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }
}
