package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.sync.Condition;
import io.anyio.sync.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of {@link Condition} and that of a {@link ReentrantLock}; Kotlin has none. */
public class ConditionBenchmark extends PeerBenchmark<MonitorShapes> {
    private static final int CROWD = 8;

    /** The library. */
    @Param({"anyio", "jdk"})
    public String by = "";

    @Override
    protected MonitorShapes prepare() {
        return switch (by) {
            case "anyio" -> new MonitorShapes(taskCrew(), new Ours());
            case "jdk" -> new MonitorShapes(bareCrew(), new TheJdks());
            default -> throw unknown(by);
        };
    }

    /** A signal without a waiter. */
    @Benchmark
    public void uncontended() {
        shapes().uncontended(batch());
    }

    /** Two workers take turns. */
    @Benchmark
    public void handOver() {
        shapes().pingPong(batch());
    }

    /** Many workers wait for the last one. */
    @Benchmark
    public void barrier() {
        shapes().barrier(CROWD, batch());
    }

    private static final class Ours implements Monitor {
        private final Condition condition = Condition.create(Lock.fast());

        @Override
        public void lock() {
            condition.acquire();
        }

        @Override
        public void unlock() {
            condition.release();
        }

        @Override
        public void await() {
            condition.await();
        }

        @Override
        public void signal() {
            condition.signal();
        }

        @Override
        public void signalAll() {
            condition.signalAll();
        }
    }

    private static final class TheJdks implements Monitor {
        private final ReentrantLock lock = new ReentrantLock(true);
        private final java.util.concurrent.locks.Condition condition = lock.newCondition();

        @Override
        public void lock() {
            lock.lock();
        }

        @Override
        public void unlock() {
            lock.unlock();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // the caller has the loop
        public void await() throws InterruptedException {
            condition.await();
        }

        @Override
        public void signal() {
            condition.signal();
        }

        @Override
        public void signalAll() {
            condition.signalAll();
        }
    }
}
