package io.anyio.examples.netty;

import org.jspecify.annotations.Nullable;

/** A back end cannot be reached, or has answered with a failure. */
public final class BackEndException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message and a cause, if there is one. */
    public BackEndException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
