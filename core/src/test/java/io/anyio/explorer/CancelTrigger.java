package io.anyio.explorer;

import io.anyio.Block;

/** A way in which a task is cancelled while it waits, set up for one run. */
abstract class CancelTrigger {
    /** Whether {@link #cancel} takes effect before it returns. */
    final boolean instant;

    CancelTrigger(boolean instant) {
        this.instant = instant;
    }

    /**
     * Runs {@code body}, in this task or one below, where {@link #cancel} reaches it; returns when it was cancelled.
     */
    abstract void host(Block<RuntimeException> body);

    /** Cancels. Called by any task but the one that waits, once. */
    abstract void cancel();

    /** Checks what the scopes say in the end. */
    void check(boolean caught) {}

    /** Makes a trigger in the first task of the run. */
    interface Factory {
        CancelTrigger make(ScenarioContext ctx);
    }
}
