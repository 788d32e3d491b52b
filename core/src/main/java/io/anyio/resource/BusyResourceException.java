package io.anyio.resource;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Another task is already using the resource in the same way. AnyIO: {@code BusyResourceError}. */
public final class BusyResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message and what caused it, if anything did. */
    public BusyResourceException(String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }

    /** With a message that says what was closed, broken or busy, and what to do. */
    public BusyResourceException(String message) {
        this(message, null);
    }
}
