package io.anyio.internal;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The inspection of a loop on the portable carrier. While a task waits outside of the library, its turn is lent to
 * other tasks. Steps that a full stack or heap has interrupted are repeated.
 */
final class PortableInspection extends LoopObservation {
    /** How long a task that has been given its turn may not begin it before something is done about it. */
    private static final long STALLED_NANOS = 500_000_000;

    private final PortableCarrier loop;
    private @Nullable Task holder; // the task that held the turn at the last inspection while others were ready
    private int heldTurn;
    private long heldSince;
    private boolean heldReported;

    PortableInspection(PortableCarrier loop) {
        super(loop);
        this.loop = loop;
    }

    @Override
    void inspect(long now) {
        if (loop.hasTurnsCutShort()) {
            loop.catchUp();
        }
        if (loop.missedDeadline() && overdue(loop.deadlines().earliest())) {
            loop.fireDeadlines(); // the loop's thread is stuck
        }
        inspectTurn(now);
        PortableThread next = loop.passedTo();
        if (next != null) {
            if (unchanged(next.turnsTaken(), next, true, now) && lasts(now, STALLED_NANOS)) {
                unmountParkedTasks();
                clear();
            }
        } else if (loop.holder instanceof Task task
                && task.parked() == null
                && loop.ready.hasReady()
                && Watchdog.isWaiting(task.thread())) {
            if (unchanged(((PortableThread) task.carried()).turnsTaken(), task, true, now)) {
                loop.lend(task, lasting(now));
            }
        } else if (loop.holder == null
                && loop.ready.hasReady()
                && !loop.run().virtualTime()
                && !loop.driver().isManuallyDriven()) {
            loop.execute(); // a drain may have been lost for lack of memory; an extra one does no harm
        } else {
            clear();
        }
    }

    /**
     * Reports a task that keeps its turn for long without waiting. Only while others are ready: otherwise a task keeps
     * its turn at a checkpoint, and no other task is delayed.
     */
    private void inspectTurn(long now) {
        if (!(loop.holder instanceof Task task) || task.parked() != null || !loop.ready.hasReady()) {
            holder = null;
            return;
        }
        int turn = ((PortableThread) task.carried()).turnsTaken();
        if (task != holder || turn != heldTurn) {
            holder = task;
            heldTurn = turn;
            heldSince = now;
            heldReported = false;
        } else if (!heldReported
                && now - heldSince >= loop.run().watchdogSettings().slowTurnNanos()
                && !Watchdog.isWaiting(task.thread())) {
            StackTraceElement[] where = task.thread().getStackTrace();
            if (where.length > 0 && loop.holder == task) { // otherwise it has just ended, or has not begun
                heldReported = true;
                loop.counters.slowTurns++;
                StallReporter.busy(loop, task, task.thread(), where, now - heldSince);
            }
        }
    }

    /**
     * Wakes the parked tasks, which park again. A task that parked while there was no memory for its stack could not be
     * unmounted and has kept a thread of the JDK's scheduler, which may have no thread left for the task whose turn it
     * is.
     */
    private void unmountParkedTasks() {
        TaskTree.walk(loop.run(), (task, scopes, host, groupScope) -> {
            if (task.loop() == loop && (task.parked() != null || task.carried().awaitsTurn())) {
                LockSupport.unpark(task.thread());
            }
            return true;
        });
    }
}
