package io.anyio.sync;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a {@link Deferred} that has failed is asked for its value; the cause is the failure.
 *
 * <p>AnyIO: {@code FutureFailed}.
 */
public sealed class DeferredFailedException extends RuntimeException permits DeferredCancelledException {
    private static final long serialVersionUID = 1L;

    DeferredFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
