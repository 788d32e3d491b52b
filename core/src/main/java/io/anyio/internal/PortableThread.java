package io.anyio.internal;

import java.util.concurrent.locks.LockSupport;

/** The thread of a task on the portable carrier, and its turn. */
final class PortableThread extends TaskThread {
    private volatile boolean turn; // granted by the thread that passes the turn on, taken by the task
    private volatile int turnsTaken; // written by the task, read by the watchdog
    private boolean begun; // the thread was started; owned by the thread that passes the turn on

    PortableThread(Task task) {
        super(task, _ -> Thread.ofVirtual().name(task.name()).unstarted(task::body));
    }

    /** Lets the task run. The first call starts the thread, which then has its first turn. */
    void grantTurn() {
        if (begun) {
            turn = true;
            LockSupport.unpark(thread);
        } else {
            begun = true; // before the start: the running task may be granted its next turn immediately
            try {
                thread.start();
            } catch (Throwable notStarted) {
                begun = false;
                throw notStarted;
            }
        }
    }

    /** Returns whether the thread was started. */
    boolean hasBegun() {
        return begun;
    }

    /** Takes the granted turn. Returns false if there is none. */
    boolean takeTurn() {
        if (turn) {
            turn = false;
            int before = turnsTaken; // this task alone writes it
            turnsTaken = before + 1;
            return true;
        }
        return false;
    }

    /** Returns the number of turns it has taken, which distinguishes one turn from the next. */
    int turnsTaken() {
        return turnsTaken;
    }
}
