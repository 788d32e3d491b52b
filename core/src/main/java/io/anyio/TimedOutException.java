package io.anyio;

import java.util.Objects;

/**
 * A {@code failAfter} or {@code failAt} block took too long. AnyIO: {@code TimeoutError}. Not the JDK's
 * {@code TimeoutException}.
 */
public final class TimedOutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The message when no reason was given. */
    static final String USUAL = "The deadline was exceeded";

    /** With the reason given to the block. */
    public TimedOutException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }
}
