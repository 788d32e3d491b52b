package io.anyio.sync;

/**
 * Thrown when a cancelled {@link Deferred} is asked for its value or given an outcome.
 *
 * <p>AnyIO: {@code FutureCancelled}.
 */
public final class DeferredCancelledException extends DeferredFailedException {
    private static final long serialVersionUID = 1L;

    DeferredCancelledException(String deferred) {
        super(deferred + " was cancelled", null);
    }
}
