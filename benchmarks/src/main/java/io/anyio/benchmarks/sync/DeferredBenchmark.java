package io.anyio.benchmarks.sync;

import io.anyio.sync.Deferred;
import java.util.concurrent.CompletableFuture;

/** Benchmark of {@link Deferred}, {@link CompletableFuture} and Kotlin's {@code CompletableDeferred}. */
public class DeferredBenchmark extends SignalBenchmark {

    @Override
    SignalShapes ours() {
        return new BlockingSignalShapes<>(taskCrew(), new Signals<Deferred<String>>() {
            @Override
            public Deferred<String> create() {
                return Deferred.create();
            }

            @Override
            public void give(Deferred<String> deferred) {
                deferred.complete("value");
            }

            @Override
            public void await(Deferred<String> deferred) {
                deferred.join();
            }
        });
    }

    @Override
    SignalShapes theJdks() {
        return new BlockingSignalShapes<>(bareCrew(), new Signals<CompletableFuture<String>>() {
            @Override
            public CompletableFuture<String> create() {
                return new CompletableFuture<>();
            }

            @Override
            public void give(CompletableFuture<String> future) {
                future.complete("value");
            }

            @Override
            public void await(CompletableFuture<String> future) {
                future.join();
            }
        });
    }

    @Override
    SignalShapes kotlins() {
        return new DeferredShapes(coroutines());
    }
}
