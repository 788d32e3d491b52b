package io.anyio.resource;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Thrown when another task is already using the resource in the same way. AnyIO: {@code BusyResourceError}. */
public final class BusyResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message and a cause, if there is one. */
    public BusyResourceException(String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }

    /** Makes an exception with a message that says which resource is busy and what to do. */
    public BusyResourceException(String message) {
        this(message, null);
    }
}
