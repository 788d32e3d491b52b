package io.anyio.benchmarks.sync;

import io.anyio.sync.Semaphore;

/** Benchmark of {@link Semaphore}, the JDK's, which is fair here, and Kotlin's. */
public class SemaphoreBenchmark extends ExclusionBenchmark {

    @Override
    ExclusionShapes ours() {
        Semaphore fast = Semaphore.fast(1);
        Semaphore yielding = Semaphore.create(1);
        var plain = new Exclusion(fast::acquire, fast::release);
        return new BlockingExclusionShapes(
                taskCrew(), plain, new Exclusion(yielding::acquire, yielding::release), plain);
    }

    @Override
    ExclusionShapes theJdks() {
        var semaphore = new java.util.concurrent.Semaphore(1, true);
        var plain = new Exclusion(semaphore::acquire, semaphore::release);
        return new BlockingExclusionShapes(bareCrew(), plain, plain.withYield(bareCrew()), plain);
    }

    @Override
    ExclusionShapes kotlins() {
        return new SemaphoreShapes(coroutines());
    }
}
