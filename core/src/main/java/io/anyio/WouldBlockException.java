package io.anyio;

import java.util.Objects;

/**
 * Thrown by a {@code …Now} method that cannot complete without waiting. Has no stack trace. AnyIO: {@code WouldBlock}.
 */
public final class WouldBlockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message names the call. */
    public WouldBlockException(String message) {
        super(Objects.requireNonNull(message, "message"), null, true, false);
    }
}
