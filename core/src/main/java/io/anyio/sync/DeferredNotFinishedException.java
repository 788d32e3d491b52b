package io.anyio.sync;

/** Thrown when the outcome of a {@link Deferred} is read before there is one. AnyIO: {@code FutureNotFinished}. */
public final class DeferredNotFinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeferredNotFinishedException(String deferred) {
        super(deferred + " has no outcome yet; wait for it with await() or join()");
    }
}
