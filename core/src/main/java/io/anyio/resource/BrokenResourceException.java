package io.anyio.resource;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Thrown when the other side or the system broke a resource; see the cause. AnyIO: {@code BrokenResourceError}. */
public final class BrokenResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message and a cause, if there is one. */
    public BrokenResourceException(String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }

    /** Makes an exception with a message that says which resource broke and what to do. */
    public BrokenResourceException(String message) {
        this(message, null);
    }
}
