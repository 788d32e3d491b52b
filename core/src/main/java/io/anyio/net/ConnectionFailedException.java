package io.anyio.net;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Thrown when no connection could be made; the cause is the operating system's error. If several addresses were tried,
 * the errors of the other addresses are suppressed exceptions of this one. AnyIO: {@code ConnectionFailed}.
 */
public final class ConnectionFailedException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that says what was tried, and with the system's error. */
    public ConnectionFailedException(String message, IOException cause) {
        super(message, cause);
    }
}
