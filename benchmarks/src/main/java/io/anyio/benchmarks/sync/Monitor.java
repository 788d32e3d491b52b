package io.anyio.benchmarks.sync;

/** A lock with one condition. */
interface Monitor {
    void lock();

    void unlock();

    void await() throws InterruptedException;

    void signal();

    void signalAll();
}
