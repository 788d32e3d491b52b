package io.anyio.stream;

import java.util.Objects;

/**
 * Thrown when the other side has ended the stream in good order and nothing is left to receive. It has no stack trace,
 * because every conversation ends with it.
 *
 * <p>AnyIO: {@code EndOfStream}.
 */
public final class EndOfStreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with the usual message. */
    public EndOfStreamException() {
        this("The other side has ended the stream");
    }

    /** Makes an exception with a message that says which stream has ended. */
    public EndOfStreamException(String message) {
        super(Objects.requireNonNull(message, "message"), null, true, false);
    }
}
