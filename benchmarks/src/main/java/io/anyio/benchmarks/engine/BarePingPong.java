package io.anyio.benchmarks.engine;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** Two bare threads that alternately wake each other and park. */
final class BarePingPong {
    private final int rounds;
    private volatile int turn; // 0 or 1, written by the side whose turn it is

    BarePingPong(int rounds) {
        this.rounds = rounds;
    }

    /** Runs to the end. Called in a bare thread. */
    void run(ThreadFactory threads) throws InterruptedException {
        var sides = new Thread[2];
        for (int side = 0; side < 2; side++) {
            int own = side;
            sides[side] = threads.newThread(() -> play(own, sides));
        }
        sides[0].start();
        sides[1].start();
        sides[0].join();
        sides[1].join();
    }

    private void play(int own, Thread[] sides) {
        for (int i = 0; i < rounds; i++) {
            while (turn != own) {
                LockSupport.park(this);
            }
            turn = 1 - own;
            LockSupport.unpark(sides[1 - own]);
        }
    }
}
