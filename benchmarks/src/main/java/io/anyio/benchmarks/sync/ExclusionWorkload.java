package io.anyio.benchmarks.sync;

/** The workloads of mutual exclusion, for every library; an operation is one stay inside. */
interface ExclusionWorkload {

    /** Runs one worker without contention. */
    void uncontended(int operations);

    /** Runs the same with a yield at each entry. */
    void uncontendedWithYield(int operations);

    /** Runs workers that let others run while they are inside, so that those queue. */
    void contended(int count, int operations);
}
