package io.anyio.benchmarks;

/**
 * Workers that start together and are waited for: tasks, or bare virtual threads in the same place. What is measured on
 * both is written once, over this.
 */
public interface Crew {

    /** What each worker does. */
    @FunctionalInterface
    interface Worker {

        /** The work of one worker; they are counted from 0. */
        void work(int number) throws Exception;
    }

    /** Starts so many workers, spread over the loops by their numbers, and waits for all. */
    void run(int workers, Worker worker);

    /** Called by a worker: the others of its loop run once. */
    void letOthersRun();
}
