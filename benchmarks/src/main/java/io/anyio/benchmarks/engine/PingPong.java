package io.anyio.benchmarks.engine;

import io.anyio.lowlevel.Suspension;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Two tasks of one loop, or two bare threads, that alternately wake each other and park. */
final class PingPong {
    private final int rounds;
    private @Nullable Suspension waiting; // of the task that has run last; the two never run at the same time
    private volatile int turn; // of the threads: 0 or 1, written by the side whose turn it is

    PingPong(int rounds) {
        this.rounds = rounds;
    }

    /** Runs the side of one task. */
    void play() {
        for (int i = 0; i < rounds; i++) {
            Suspension other = waiting;
            var mine = Suspension.create("ping-pong");
            waiting = mine;
            if (other != null) {
                other.resume();
            }
            mine.await();
        }
        if (waiting != null) {
            waiting.resume(); // the other side's last wait; the second side finds it resumed
        }
    }

    /** Runs both sides on bare threads. */
    void playBare(ThreadFactory factory) throws InterruptedException {
        var threads = new Thread[2];
        for (int side = 0; side < 2; side++) {
            int own = side;
            threads[side] = factory.newThread(() -> {
                for (int i = 0; i < rounds; i++) {
                    while (turn != own) {
                        LockSupport.park(this);
                    }
                    turn = 1 - own;
                    LockSupport.unpark(threads[1 - own]);
                }
            });
        }
        threads[0].start();
        threads[1].start();
        threads[0].join();
        threads[1].join();
    }
}
