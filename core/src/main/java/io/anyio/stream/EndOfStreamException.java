package io.anyio.stream;

import java.util.Objects;

/**
 * The other side has sent everything it had, in good order: there is nothing more to receive. Stackless, since every
 * conversation ends with it.
 *
 * <p>AnyIO: {@code EndOfStream}.
 */
public final class EndOfStreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the usual message. */
    public EndOfStreamException() {
        this("The other side has ended the stream");
    }

    /** With a message that says which stream has ended. */
    public EndOfStreamException(String message) {
        super(Objects.requireNonNull(message, "message"), null, true, false);
    }
}
