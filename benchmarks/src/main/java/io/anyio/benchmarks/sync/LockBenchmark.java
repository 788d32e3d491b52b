package io.anyio.benchmarks.sync;

import io.anyio.sync.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Benchmark of {@link Lock}, a fair {@link ReentrantLock} and Kotlin's {@code Mutex}. */
public class LockBenchmark extends ExclusionBenchmark {

    @Override
    ExclusionShapes ours() {
        Lock fast = Lock.fast();
        Lock yielding = Lock.create();
        var plain = new Exclusion(fast::acquire, fast::release);
        return new BlockingExclusionShapes(
                taskCrew(), plain, new Exclusion(yielding::acquire, yielding::release), plain);
    }

    @Override
    ExclusionShapes theJdks() {
        var lock = new ReentrantLock(true);
        var plain = new Exclusion(lock::lock, lock::unlock);
        return new BlockingExclusionShapes(bareCrew(), plain, plain.withYield(bareCrew()), plain);
    }

    @Override
    ExclusionShapes kotlins() {
        return new MutexShapes(coroutines());
    }
}
