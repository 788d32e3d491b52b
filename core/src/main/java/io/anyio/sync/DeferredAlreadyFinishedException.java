package io.anyio.sync;

/** Thrown when a {@link Deferred} with a value or failure is given another. AnyIO: {@code FutureAlreadyFinished}. */
public final class DeferredAlreadyFinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeferredAlreadyFinishedException(String deferred) {
        super(deferred + " already has an outcome; complete or fail it only once");
    }
}
