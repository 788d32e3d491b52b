package io.anyio.thread;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The value or the failure with which a future was completed. The failure is the one that the future was given;
 * {@link CompletableFuture#get} would replace some by their causes.
 */
record Outcome<T extends @Nullable Object>(
        T value, @Nullable Throwable failure) {

    /** Waits until {@code future} is completed. */
    static <T extends @Nullable Object> Outcome<T> of(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.<Outcome<T>>handle(Outcome::new).get();
        } catch (ExecutionException full) { // the constructor has failed
            throw Rethrow.unchanged(full.getCause() == null ? full : full.getCause());
        }
    }

    /** Like {@link #of}, but an interrupt does not end the wait. */
    static <T extends @Nullable Object> Outcome<T> ofUninterruptibly(CompletableFuture<T> future) {
        return future.<Outcome<T>>handle(Outcome::new).join();
    }

    /** Returns the value, or throws the failure unchanged. */
    T get() {
        if (failure != null) {
            throw Rethrow.unchanged(failure);
        }
        return value;
    }
}
