package io.anyio.benchmarks.task;

/** The workloads on cancellation, for every library. */
interface CancelShapes {

    /** Runs blocks with a time-out of an hour that end immediately. */
    void timeout(int operations);

    /** Runs blocks that cancel themselves, wait, and end by the cancellation. */
    void cancelledBlock(int operations);

    /** Cancels waiting tasks together and waits for them; an operation is the whole life of one task. */
    void cancelChildren(int children, int operations);
}
