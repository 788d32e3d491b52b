package io.anyio.net;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * No connection could be made; the cause says why, in the system's words. When several addresses were tried, the causes
 * of the others are suppressed exceptions of this one. AnyIO: {@code ConnectionFailed}.
 */
public final class ConnectionFailedException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    /** With a message that says what was tried, and what the system said. */
    public ConnectionFailedException(String message, IOException cause) {
        super(message, cause);
    }
}
