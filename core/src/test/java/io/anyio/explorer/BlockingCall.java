package io.anyio.explorer;

import io.anyio.TaskGroup;

/**
 * A call that waits, set up for one run: tasks wait in it, and the first task of the run ends their waits.
 *
 * <p>The products of {@link BlockingCalls} and {@link CancelTriggers} are the programs in which such a wait is
 * cancelled.
 */
abstract class BlockingCall {

    /** How grants are given and used up. */
    enum Supply {
        /** Given once, it serves all present and all later waiters. */
        FOR_ALL,
        /** Given to one task, which passes it on to the next. */
        PASSED_ON,
        /** Each serves one; kept when no task waits. */
        KEPT,
        /** Each serves one; lost when no task waits. */
        LOST
    }

    final Supply supply;
    /** Whether {@link #grant} decides immediately which task continues, before any task runs. */
    final boolean instant;

    BlockingCall(Supply supply, boolean instant) {
        this.supply = supply;
        this.instant = instant;
    }

    /** Waits. A checkpoint. */
    abstract void await();

    /** Ends the first wait, or all of them. Called by the first task of the run. */
    abstract void grant();

    /** Called by each task whose wait was satisfied. */
    void giveBack() {}

    /** Makes a call in the first task of the run. */
    interface Factory {
        BlockingCall make(ScenarioContext ctx, TaskGroup all);
    }
}
