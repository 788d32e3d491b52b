package io.anyio.benchmarks.task;

import java.util.concurrent.locks.LockSupport;

/** What bare threads do that wait to be interrupted. */
final class UntilInterrupted implements Runnable {

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
    }
}
