package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.benchmarks.sync.BlockingExclusionWorkload.Exclusion;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Benchmark of mutual exclusion. An operation is one entry and exit. Where workers queue, all libraries keep the order
 * of arrival, as ours do.
 */
public class LockBenchmark extends PeerBenchmark<ExclusionWorkload> {
    private static final int CROWD = 8;

    /** The library. */
    @Param({"anyio", "jdk", "kotlin"})
    public String by = "";

    /**
     * What excludes: {@link Lock}, a fair {@link ReentrantLock} and Kotlin's {@code Mutex}; semaphores; or our
     * {@link CapacityLimiter} and semaphores, which do not know their holders. A waiting acquire of the limiter always
     * yields, so for the free case the acquires that never wait are compared.
     */
    @Param({"lock", "semaphore", "limiter"})
    public String kind = "";

    @Override
    protected ExclusionWorkload prepare() {
        return switch (by) {
            case "anyio" -> ours();
            case "jdk" -> jdk();
            case "kotlin" -> CoroutineExclusionWorkload.of(kind, coroutines());
            default -> throw unknown(by);
        };
    }

    private ExclusionWorkload ours() {
        return switch (kind) {
            case "lock" -> ours(exclusion(Lock.fast()), exclusion(Lock.create()));
            case "semaphore" -> ours(exclusion(Semaphore.fast(1)), exclusion(Semaphore.create(1)));
            default -> {
                CapacityLimiter limiter = CapacityLimiter.create(1);
                var now = new Exclusion(limiter::acquireNow, limiter::release);
                var waiting = new Exclusion(limiter::acquire, limiter::release);
                yield new BlockingExclusionWorkload(taskWorkers(), now, waiting, waiting);
            }
        };
    }

    private ExclusionWorkload ours(Exclusion free, Exclusion yielding) {
        return new BlockingExclusionWorkload(taskWorkers(), free, yielding, free);
    }

    private static Exclusion exclusion(Lock lock) {
        return new Exclusion(lock::acquire, lock::release);
    }

    private static Exclusion exclusion(Semaphore semaphore) {
        return new Exclusion(semaphore::acquire, semaphore::release);
    }

    private ExclusionWorkload jdk() {
        var lock = new ReentrantLock(true);
        var semaphore = new java.util.concurrent.Semaphore(1, true);
        Exclusion fair = kind.equals("lock")
                ? new Exclusion(lock::lock, lock::unlock)
                : new Exclusion(semaphore::acquire, semaphore::release);
        Exclusion free = kind.equals("limiter")
                ? new Exclusion(
                        () -> {
                            if (!semaphore.tryAcquire()) {
                                throw new IllegalStateException("not free");
                            }
                        },
                        semaphore::release)
                : fair;
        return new BlockingExclusionWorkload(threadWorkers(), free, fair.withYield(threadWorkers()), fair);
    }

    /** One worker without contention. */
    @Benchmark
    public void uncontended() {
        workload().uncontended(batch());
    }

    /** The same with a yield to others at each entry: our default, and optional elsewhere. */
    @Benchmark
    public void uncontendedWithYield() {
        workload().uncontendedWithYield(batch());
    }

    /** Many workers that let others run while they are inside. */
    @Benchmark
    public void contended() {
        workload().contended(CROWD, batch());
    }

    /** Two workers: one is inside while the other waits. */
    @Benchmark
    public void handOver() {
        workload().contended(2, batch());
    }
}
