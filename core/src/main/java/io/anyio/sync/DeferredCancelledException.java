package io.anyio.sync;

/**
 * The {@link Deferred} whose value was asked for, or that was given an outcome, was cancelled.
 *
 * <p>AnyIO: {@code FutureCancelled}.
 */
public final class DeferredCancelledException extends DeferredFailedException {
    private static final long serialVersionUID = 1L;

    DeferredCancelledException(String deferred) {
        super(deferred + " was cancelled", null);
    }
}
