package io.anyio.sync;

import org.jspecify.annotations.Nullable;

/**
 * The {@link Deferred} whose value was asked for has failed; the cause is what it failed with.
 *
 * <p>AnyIO: {@code FutureFailed}.
 */
public sealed class DeferredFailedException extends RuntimeException permits DeferredCancelledException {
    private static final long serialVersionUID = 1L;

    DeferredFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
