package io.anyio.resource;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the resource was closed on this side, by this or another task. Takes precedence over every other state of
 * a stream. AnyIO: {@code ClosedResourceError}.
 */
public final class ClosedResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message and a cause, if there is one. */
    public ClosedResourceException(String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }

    /** Makes an exception with a message that says which resource was closed and what to do. */
    public ClosedResourceException(String message) {
        this(message, null);
    }
}
