package io.anyio.benchmarks.task;

/** What everybody plays who starts tasks and holds on to them. */
interface HandleShapes {

    /** A task gives a value, for which the one who started it waits, one after the other. */
    void startAndJoin(int operations);

    /** The same, but many are started before the first is waited for. */
    void fanOut(int tasks, int operations);

    /** A task that says when it is ready, for which the one who started it waits. */
    void startUntilReady(int operations);

    /** A task that waits is cancelled and waited for. */
    void cancelAndJoin(int operations);
}
