package io.anyio.benchmarks.task;

import java.util.concurrent.locks.LockSupport;

/** The code of bare threads that wait to be interrupted. */
final class UntilInterrupted implements Runnable {

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
    }
}
