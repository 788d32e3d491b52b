package io.anyio.netty.future;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A listener of a Netty future that completes a stage with the outcome. */
public final class StageListener<T extends @Nullable Object> implements GenericFutureListener<Future<T>> {
    private final CompletableFuture<T> stage = new CompletableFuture<>();

    public CompletionStage<T> stage() {
        return stage;
    }

    @Override
    public void operationComplete(Future<T> future) {
        if (future.isSuccess()) {
            stage.complete(future.getNow());
        } else {
            stage.completeExceptionally(Objects.requireNonNull(future.cause()));
        }
    }
}
