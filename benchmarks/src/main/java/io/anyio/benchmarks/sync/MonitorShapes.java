package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.Crew;

/** The workloads on conditions, for tasks and for bare threads. */
final class MonitorShapes {
    private final Crew crew;
    private final Monitor monitor;

    MonitorShapes(Crew crew, Monitor monitor) {
        this.crew = crew;
        this.monitor = monitor;
    }

    /** Runs one worker; an operation is to lock, to signal without a waiter, and to unlock. */
    void uncontended(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                monitor.lock();
                monitor.signal();
                monitor.unlock();
            }
        });
    }

    /** Runs two workers that take turns; an operation is one turn. */
    void pingPong(int operations) {
        var game = new PingPong();
        crew.run(2, player -> game.play(player, operations / 2));
    }

    private final class PingPong {
        private int turn; // guarded by the monitor

        void play(int player, int rounds) throws InterruptedException {
            for (int i = 0; i < rounds; i++) {
                monitor.lock();
                while (turn != player) {
                    monitor.await();
                }
                turn = 1 - player;
                monitor.signal();
                monitor.unlock();
            }
        }
    }

    /** Runs workers that repeatedly wait for the last of them; an operation is one worker's arrival. */
    void barrier(int workers, int operations) {
        var barrier = new Barrier(workers);
        crew.run(workers, _ -> {
            for (int i = 0; i < operations / workers; i++) {
                barrier.arrive();
            }
        });
    }

    private final class Barrier {
        private final int workers;
        private int arrived; // guarded by the monitor, as is generation
        private int generation;

        Barrier(int workers) {
            this.workers = workers;
        }

        void arrive() throws InterruptedException {
            monitor.lock();
            if (++arrived == workers) {
                arrived = 0;
                generation++;
                monitor.signalAll();
            } else {
                int mine = generation;
                while (generation == mine) {
                    monitor.await();
                }
            }
            monitor.unlock();
        }
    }
}
