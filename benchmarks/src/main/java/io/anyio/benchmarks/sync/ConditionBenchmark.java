package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.benchmarks.Workers;
import io.anyio.sync.Condition;
import io.anyio.sync.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of {@link Condition} and that of a {@link ReentrantLock}; Kotlin has none. */
public class ConditionBenchmark extends PeerBenchmark<ConditionBenchmark.Monitor> {
    private static final int CROWD = 8;

    /** The library. */
    @Param({"anyio", "jdk"})
    public String by = "";

    /** A lock with one condition, and the workers that use it. */
    record Monitor(Workers workers, Runnable lock, Runnable unlock, Wait await, Runnable signal, Runnable signalAll) {
        interface Wait {
            void run() throws InterruptedException;
        }
    }

    @Override
    protected Monitor prepare() {
        return switch (by) {
            case "anyio" -> ours(Condition.create(Lock.fast()));
            case "jdk" -> jdk(new ReentrantLock(true));
            default -> throw unknown(by);
        };
    }

    private Monitor ours(Condition ours) {
        return new Monitor(taskWorkers(), ours::acquire, ours::release, ours::await, ours::signal, ours::signalAll);
    }

    private Monitor jdk(ReentrantLock lock) {
        java.util.concurrent.locks.Condition theirs = lock.newCondition();
        return new Monitor(threadWorkers(), lock::lock, lock::unlock, theirs::await, theirs::signal, theirs::signalAll);
    }

    /** A signal without a waiter: an operation is to lock, to signal, and to unlock. */
    @Benchmark
    public void uncontended() {
        Monitor monitor = workload();
        monitor.workers.run(1, _ -> {
            for (int i = 0; i < batch(); i++) {
                monitor.lock.run();
                monitor.signal.run();
                monitor.unlock.run();
            }
        });
    }

    /** Two workers take turns; an operation is one turn. */
    @Benchmark
    public void handOver() {
        var game = new PingPong(workload());
        workload().workers.run(2, player -> game.play(player, batch() / 2));
    }

    private static final class PingPong {
        private final Monitor monitor;
        private int turn; // guarded by the monitor

        PingPong(Monitor monitor) {
            this.monitor = monitor;
        }

        void play(int player, int rounds) throws InterruptedException {
            for (int i = 0; i < rounds; i++) {
                monitor.lock.run();
                while (turn != player) {
                    monitor.await.run();
                }
                turn = 1 - player;
                monitor.signal.run();
                monitor.unlock.run();
            }
        }
    }

    /** Many workers wait for the last one; an operation is one worker's arrival. */
    @Benchmark
    public void barrier() {
        var barrier = new Barrier(workload());
        workload().workers.run(CROWD, _ -> {
            for (int i = 0; i < batch() / CROWD; i++) {
                barrier.arrive();
            }
        });
    }

    private static final class Barrier {
        private final Monitor monitor;
        private int arrived; // guarded by the monitor, as is generation
        private int generation;

        Barrier(Monitor monitor) {
            this.monitor = monitor;
        }

        void arrive() throws InterruptedException {
            monitor.lock.run();
            if (++arrived == CROWD) {
                arrived = 0;
                generation++;
                monitor.signalAll.run();
            } else {
                int mine = generation;
                while (generation == mine) {
                    monitor.await.run();
                }
            }
            monitor.unlock.run();
        }
    }
}
