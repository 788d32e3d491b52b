package io.anyio.benchmarks.engine;

import java.util.concurrent.ThreadFactory;

/** Two bare threads that yield to each other. */
final class BareYields {
    private final int yields;

    BareYields(int yields) {
        this.yields = yields;
    }

    /** Runs both to their ends. Called in a bare thread. */
    void run(ThreadFactory threads) throws InterruptedException {
        Thread first = threads.newThread(this::yieldOften);
        Thread second = threads.newThread(this::yieldOften);
        first.start();
        second.start();
        first.join();
        second.join();
    }

    @SuppressWarnings("ThreadPriorityCheck") // what is measured
    private void yieldOften() {
        for (int i = 0; i < yields; i++) {
            Thread.yield();
        }
    }
}
