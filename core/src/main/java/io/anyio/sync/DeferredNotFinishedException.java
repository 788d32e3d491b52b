package io.anyio.sync;

/** The outcome of a {@link Deferred} was read before there was one. AnyIO: {@code FutureNotFinished}. */
public final class DeferredNotFinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeferredNotFinishedException(String deferred) {
        super(deferred + " has no outcome yet; wait for it with await() or join()");
    }
}
