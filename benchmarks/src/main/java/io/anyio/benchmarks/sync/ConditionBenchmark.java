package io.anyio.benchmarks.sync;

import io.anyio.Block;
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
    record Monitor(
            Workers workers, Runnable lock, Runnable unlock, Block<?> await, Runnable signal, Runnable signalAll) {}

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
        monitor.workers.repeat(batch(), () -> {
            monitor.lock.run();
            monitor.signal.run();
            monitor.unlock.run();
        });
    }

    /** Two workers take turns; an operation is one turn. */
    @Benchmark
    public void handOver() {
        var rounds = new Rounds(workload());
        workload().workers.run(2, player -> rounds.play(player, batch() / 2));
    }

    /** Many workers wait for the last one; an operation is one worker's arrival. */
    @Benchmark
    public void barrier() {
        var rounds = new Rounds(workload());
        workload().workers.run(CROWD, _ -> {
            for (int i = 0; i < batch() / CROWD; i++) {
                rounds.arrive();
            }
        });
    }

    /** The state of the workers that wait for each other. */
    private static final class Rounds {
        private final Monitor monitor;
        private int turn; // guarded by the monitor, as are the following
        private int arrived;
        private int generation;

        Rounds(Monitor monitor) {
            this.monitor = monitor;
        }

        void play(int player, int rounds) throws Exception {
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

        void arrive() throws Exception {
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
