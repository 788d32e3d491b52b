package io.anyio;

import java.util.Objects;

/** A call whose name ends in {@code Now} could not complete without waiting. AnyIO: {@code WouldBlock}. Stackless. */
public final class WouldBlockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the call. */
    public WouldBlockException(String message) {
        super(Objects.requireNonNull(message, "message"), null, true, false);
    }
}
