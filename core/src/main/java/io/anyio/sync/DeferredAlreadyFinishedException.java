package io.anyio.sync;

/** An outcome was given to a {@link Deferred} that has one already. AnyIO: {@code FutureAlreadyFinished}. */
public final class DeferredAlreadyFinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeferredAlreadyFinishedException(String deferred) {
        super(deferred + " has its outcome already; it can be completed or failed only once");
    }
}
