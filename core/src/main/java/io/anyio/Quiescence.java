package io.anyio;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Waiting for the moment in which every other task of a run waits: {@link AnyIO#waitAllTasksBlocked}. */
final class Quiescence {
    /*
     * A task is blocked while it is parked in a suspension that holds it. Nobody counts tasks: the engine pays one read when
     * a loop runs out of ready tasks, and whoever runs out last finds all blocked.
     *
     * To see all blocked at one moment, although other loops go on meanwhile: walk twice. A suspension is used once, so a
     * task found in the same one both times was parked all the time in between. The only task that both walks can miss is
     * one that was started meanwhile; those are counted, while anybody waits, after they have been added to their group.
     */

    private final Run run;
    private final WaitQueue waiters = WaitQueue.create();
    private final AtomicLong changes = new AtomicLong(); // tasks started and waiters come, while anybody waits
    private volatile int waiting; // guarded by waiters, read by any

    Quiescence(Run run) {
        this.run = run;
    }

    /** Waits until all other tasks are blocked. A checkpoint. */
    void await() {
        Checkpoints.checkpoint();
        var wait = Suspension.create("waitAllTasksBlocked");
        waiters.enter();
        int before = waiting; // only written in here
        waiting = before + 1;
        changes.incrementAndGet();
        waiters.add(wait);
        waiters.leave();
        try {
            waiters.await(wait); // which lets the loop run out of ready tasks, sooner or later
        } finally {
            waiters.enter();
            int left = waiting;
            waiting = left - 1;
            waiters.leave();
        }
    }

    /** A task has been added to its group and is about to start. */
    void taskStarts() {
        if (waiting > 0) {
            changes.incrementAndGet();
        }
    }

    /** A loop has no ready task left, or a task has parked beside its loop. Any thread. */
    void loopIdle() {
        if (waiting > 0) {
            look();
        }
    }

    private void look() {
        long before = changes.get();
        List<Suspension> first = waits();
        if (first != null && first.equals(waits())) {
            wakeIf(before);
        }
    }

    /** The waits that hold all tasks, or null when a task is not held. */
    private @Nullable List<Suspension> waits() {
        List<Suspension> waits = new ArrayList<>();
        boolean all = TaskTree.walk(run, (task, _, _, _) -> {
            Suspension wait = task.parked();
            return wait != null && wait.holds() && waits.add(wait);
        });
        return all ? waits : null;
    }

    private void wakeIf(long unchanged) {
        var woken = new Suspension[waiting];
        int count = 0;
        waiters.enter();
        try {
            if (changes.get() == unchanged) {
                for (Suspension wait = claimNext(count, woken); wait != null; wait = claimNext(count, woken)) {
                    woken[count++] = wait;
                }
            }
        } finally {
            waiters.leave();
        }
        for (int i = 0; i < count; i++) {
            woken[i].wake();
        }
    }

    private @Nullable Suspension claimNext(int count, Suspension[] room) {
        return count < room.length ? waiters.claimFirst() : null;
    }
}
