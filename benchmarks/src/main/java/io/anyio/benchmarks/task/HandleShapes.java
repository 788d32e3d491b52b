package io.anyio.benchmarks.task;

/** The workloads on tasks with handles, for every library. */
interface HandleShapes {

    /** Starts tasks one after the other, and waits for the value of each. */
    void startAndJoin(int operations);

    /** Starts {@code tasks} tasks before it waits for the value of the first. */
    void fanOut(int tasks, int operations);

    /** Starts tasks one after the other, and waits until each reports that it is ready. */
    void startUntilReady(int operations);

    /** Starts tasks that wait, cancels each, and waits for its end. */
    void cancelAndJoin(int operations);
}
