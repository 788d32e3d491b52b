package io.anyio.benchmarks.sync;

/** What everybody plays who lets one worker in at a time; an operation is one stay inside. */
interface ExclusionShapes {

    /** One worker, whom nobody disturbs, in and out. */
    void uncontended(int operations);

    /** The same, and the others could run each time. */
    void uncontendedWithYield(int operations);

    /** Workers that let the others run while they are inside, so that those queue up. */
    void contended(int workers, int operations);
}
