package io.anyio.benchmarks.engine;

import java.util.concurrent.ThreadFactory;

/** Bare threads that are started and end immediately. */
final class BareSpawn {
    private final ThreadFactory threads;

    BareSpawn(ThreadFactory threads) {
        this.threads = threads;
    }

    /**
     * Starts {@code many} threads before it waits for any of them, until {@code total} have ended. In a bare thread.
     */
    void inBatches(int total, int many) throws InterruptedException {
        var started = new Thread[many];
        for (int done = 0; done < total; done += many) {
            for (int i = 0; i < many; i++) {
                started[i] = threads.newThread(() -> {});
                started[i].start();
            }
            for (Thread thread : started) {
                thread.join();
            }
        }
    }

    /** Starts each thread after the previous one has ended. Called in a bare thread. */
    void oneByOne(int total) throws InterruptedException {
        for (int i = 0; i < total; i++) {
            Thread thread = threads.newThread(() -> {});
            thread.start();
            thread.join();
        }
    }
}
