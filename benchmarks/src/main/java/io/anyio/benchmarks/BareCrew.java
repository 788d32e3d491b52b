package io.anyio.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Workers that are bare virtual threads, without this library. */
final class BareCrew implements Crew {
    private final LoopBenchmark place;

    BareCrew(LoopBenchmark place) {
        this.place = place;
    }

    @Override
    public void run(int workers, Worker worker) {
        if (workers == 1) {
            place.inBareThread(() -> worker.work(0));
            return;
        }
        place.inBareThread(() -> {
            var ended = new CompletableFuture<@Nullable Void>();
            var atWork = new AtomicInteger(workers);
            for (int i = 0; i < workers; i++) {
                int number = i;
                place.bareThreads(place.eventLoops().get(number % place.loops()))
                        .newThread(() -> work(worker, number, atWork, ended))
                        .start();
            }
            ended.join();
        });
    }

    private static void work(Worker worker, int number, AtomicInteger atWork, CompletableFuture<@Nullable Void> ended) {
        try {
            worker.work(number);
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
