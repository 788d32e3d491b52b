package io.anyio.benchmarks.sync;

import io.anyio.sync.CapacityLimiter;
import java.util.concurrent.Semaphore;

/**
 * Benchmark of {@link CapacityLimiter} and of semaphores, which do not know their holders. A waiting acquire of the
 * limiter always yields, so for the free case the acquires that never wait are compared.
 */
public class CapacityLimiterBenchmark extends ExclusionBenchmark {

    @Override
    ExclusionShapes ours() {
        CapacityLimiter limiter = CapacityLimiter.create(1);
        var yielding = new Exclusion(limiter::acquire, limiter::release);
        return new BlockingExclusionShapes(
                taskCrew(), new Exclusion(limiter::acquireNow, limiter::release), yielding, yielding);
    }

    @Override
    ExclusionShapes theJdks() {
        var semaphore = new Semaphore(1, true);
        var free = new Exclusion(
                () -> {
                    if (!semaphore.tryAcquire()) {
                        throw new IllegalStateException("not free");
                    }
                },
                semaphore::release);
        var queued = new Exclusion(semaphore::acquire, semaphore::release);
        return new BlockingExclusionShapes(bareCrew(), free, queued.withYield(bareCrew()), queued);
    }

    @Override
    ExclusionShapes kotlins() {
        return new LimiterShapes(coroutines());
    }
}
