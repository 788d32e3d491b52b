package io.anyio;

import java.util.Objects;

/**
 * Thrown when a {@code failAfter} or {@code failAt} block takes too long. Not the JDK's {@code TimeoutException}.
 * AnyIO: {@code TimeoutError}.
 */
public final class TimedOutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The message when no reason was given. */
    static final String USUAL = "The deadline was exceeded";

    /** Creates an exception with the reason given to the block. */
    public TimedOutException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }
}
