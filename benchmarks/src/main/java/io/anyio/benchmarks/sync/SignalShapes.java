package io.anyio.benchmarks.sync;

/** What everybody plays who tells others once that something has happened. */
interface SignalShapes {

    /** An operation: a signal is made, given, and found by one who would have waited. */
    void uncontended(int operations);

    /** Two workers that wake each other; an operation is one waking. */
    void pingPong(int operations);

    /** One worker that wakes many, which then wake it; an operation is the waking of one of the many. */
    void broadcast(int listeners, int operations);
}
