package io.anyio.internal;

import java.util.function.Function;

/** The virtual thread of one task, with the state that the carrier keeps for it. */
abstract class TaskThread extends ReadyQueue.Node {
    final Task task;
    final Thread thread;
    private volatile boolean awaitsTurn; // it has yielded, and waits only for its turn; written by the task

    /** Creates the thread, unstarted. {@code maker} gets this object, of which only the task is set. */
    TaskThread(Task task, Function<TaskThread, Thread> maker) {
        this.task = task;
        this.thread = maker.apply(this);
    }

    final boolean awaitsTurn() {
        return awaitsTurn;
    }

    final void setAwaitsTurn(boolean now) {
        awaitsTurn = now;
    }
}
