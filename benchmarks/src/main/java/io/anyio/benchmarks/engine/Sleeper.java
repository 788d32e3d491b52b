package io.anyio.benchmarks.engine;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.benchmarks.Workers;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** A task or a bare thread that sleeps repeatedly, and one that cuts each sleep short. */
final class Sleeper {
    private static final Duration HOUR = Duration.ofHours(1);

    private final int sleeps;
    private @Nullable CancelScope sleeping; // this and woken: tasks of one loop only
    private int woken;
    private volatile int begun; // written by the thread that sleeps

    Sleeper(int sleeps) {
        this.sleeps = sleeps;
    }

    /** Runs the task that sleeps. */
    void sleep() {
        while (woken < sleeps) {
            CancelScope.open(scope -> {
                sleeping = scope;
                AnyIO.sleep(HOUR);
            });
            woken++;
        }
    }

    /** Runs the task that cancels. */
    void cancelEach() {
        for (int i = 0; i < sleeps; i++) {
            while (sleeping == null) {
                AnyIO.checkpoint();
            }
            CancelScope next = sleeping;
            sleeping = null;
            next.cancel();
            AnyIO.checkpoint();
        }
    }

    /** Runs the thread that interrupts, and starts the one that sleeps. */
    void interruptEach(ThreadFactory threads, Workers workers) throws InterruptedException {
        Thread sleeper = threads.newThread(this::sleepBare);
        sleeper.start();
        for (int i = 1; i <= sleeps; i++) {
            while (begun < i) {
                workers.letOthersRun();
            }
            sleeper.interrupt();
            workers.letOthersRun();
        }
        sleeper.join();
    }

    private void sleepBare() {
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
