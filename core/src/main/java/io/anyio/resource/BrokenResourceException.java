package io.anyio.resource;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The other side, or the system, broke the resource; the cause tells how. AnyIO: {@code BrokenResourceError}. */
public final class BrokenResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message and what caused it, if anything did. */
    public BrokenResourceException(String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }

    /** With a message that says what was closed, broken or busy, and what to do. */
    public BrokenResourceException(String message) {
        this(message, null);
    }
}
