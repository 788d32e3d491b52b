package io.anyio.benchmarks.engine;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/** A bare thread that sleeps repeatedly, and one that interrupts each sleep. */
final class BareSleeper {
    private static final Duration HOUR = Duration.ofHours(1);

    private final int sleeps;
    private volatile int begun; // written by the thread that sleeps

    BareSleeper(int sleeps) {
        this.sleeps = sleeps;
    }

    /** Interrupts each sleep of another thread. Called in a bare thread. */
    @SuppressWarnings("ThreadPriorityCheck") // the counterpart of a checkpoint
    void run(ThreadFactory threads) throws InterruptedException {
        Thread sleeper = threads.newThread(this::sleep);
        sleeper.start();
        for (int i = 1; i <= sleeps; i++) {
            while (begun < i) {
                Thread.yield();
            }
            sleeper.interrupt();
            Thread.yield();
        }
        sleeper.join();
    }

    private void sleep() {
        for (int i = 1; i <= sleeps; i++) {
            begun = i;
            try {
                Thread.sleep(HOUR);
                throw new AssertionError("the sleep was not interrupted");
            } catch (InterruptedException expected) {
                // the next one
            }
        }
    }
}
