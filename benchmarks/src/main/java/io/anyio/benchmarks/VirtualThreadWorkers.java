package io.anyio.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Workers that are bare virtual threads, without this library. */
public final class VirtualThreadWorkers implements Workers {
    private final LoopBenchmark place;

    VirtualThreadWorkers(LoopBenchmark place) {
        this.place = place;
    }

    @Override
    public void run(int count, Body body) {
        if (count == 1) {
            place.inBareThread(() -> body.run(0));
            return;
        }
        place.inBareThread(() -> {
            var ended = new CompletableFuture<@Nullable Void>();
            var atWork = new AtomicInteger(count);
            for (int i = 0; i < count; i++) {
                int number = i;
                place.bareThreads(number % place.loops())
                        .newThread(() -> work(body, number, atWork, ended))
                        .start();
            }
            ended.join();
        });
    }

    private static void work(Body body, int number, AtomicInteger atWork, CompletableFuture<@Nullable Void> ended) {
        try {
            body.run(number);
            if (atWork.decrementAndGet() == 0) {
                ended.complete(null);
            }
        } catch (Throwable failure) { // the other workers may wait for this one for ever
            ended.completeExceptionally(failure);
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the counterpart of a checkpoint
    public void letOthersRun() {
        Thread.yield();
    }
}
