package io.anyio.benchmarks.sync;

/** The workloads with signals that are given once, for every library. */
interface SignalWorkload {

    /** Runs one worker; an operation is to create a signal, to give it, and to find it given. */
    void uncontended(int operations);

    /** Runs two workers that wake each other; an operation is one wake-up. */
    void pingPong(int operations);

    /** Runs one worker that wakes many, which then wake it; an operation is the wake-up of one of the many. */
    void broadcast(int listeners, int operations);
}
