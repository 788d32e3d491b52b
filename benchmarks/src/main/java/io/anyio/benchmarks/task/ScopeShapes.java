package io.anyio.benchmarks.task;

/** The workloads on scopes, for every library. */
interface ScopeShapes {

    /** Opens empty scopes. */
    void open(int operations);

    /** Opens three nested scopes, and in the innermost checks whether any is cancelled. */
    void nested(int operations);

    /** Runs empty blocks that cannot be cancelled from outside. */
    void shielded(int operations);
}
