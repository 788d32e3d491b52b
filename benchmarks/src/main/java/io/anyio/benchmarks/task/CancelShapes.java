package io.anyio.benchmarks.task;

/** What everybody plays who can cancel. */
interface CancelShapes {

    /** A block with a time-out of an hour that ends at once. */
    void timeout(int operations);

    /** A block that is cancelled from inside, waits, and is left by that. */
    void cancelledBlock(int operations);

    /** Tasks that wait are cancelled all at once and waited for; an operation is the whole life of one. */
    void cancelChildren(int children, int operations);
}
