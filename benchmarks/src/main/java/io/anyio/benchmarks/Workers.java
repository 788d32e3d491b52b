package io.anyio.benchmarks;

import io.anyio.Block;

/**
 * Workers that start together and are awaited: tasks, or bare virtual threads in the same place. A workload for both
 * kinds is written once, on top of this.
 */
public interface Workers {

    /** The code of each worker. */
    @FunctionalInterface
    interface Body {

        /** Runs one worker; workers are numbered from 0. */
        void run(int number) throws Exception;
    }

    /** Starts {@code count} workers, spread over the loops by their numbers, and waits for all. */
    void run(int count, Body body);

    /** Runs {@code step} repeatedly in one worker. */
    default void repeat(int times, Block<?> step) {
        run(1, _ -> {
            for (int i = 0; i < times; i++) {
                step.run();
            }
        });
    }

    /** Lets the other workers of the caller's loop run once. Called by a worker. */
    void letOthersRun();
}
