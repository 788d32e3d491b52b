package io.anyio.resource;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The resource was closed on this side, by this or another task. AnyIO: {@code ClosedResourceError}. Wins over every
 * other state of a stream.
 */
public final class ClosedResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message and what caused it, if anything did. */
    public ClosedResourceException(String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }

    /** With a message that says what was closed, broken or busy, and what to do. */
    public ClosedResourceException(String message) {
        this(message, null);
    }
}
