package io.anyio.benchmarks.task;

/** What everybody plays who has scopes. */
interface ScopeShapes {

    /** An empty scope. */
    void open(int operations);

    /** Three scopes, one in the other, and in the last a look whether any is cancelled. */
    void nested(int operations);

    /** An empty block that cannot be cancelled from outside. */
    void shielded(int operations);
}
