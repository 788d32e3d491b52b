package io.anyio;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A status that completes a future. */
final class FutureStatus<S extends @Nullable Object> implements TaskStatus<S> {
    private final CompletableFuture<S> ready;

    FutureStatus(CompletableFuture<S> ready) {
        this.ready = ready;
    }

    @Override
    public void started(S value) {
        if (!ready.complete(value) && !ready.isCompletedExceptionally()) { // otherwise its holder has given up
            throw StartGate.startedTwice();
        }
    }
}
