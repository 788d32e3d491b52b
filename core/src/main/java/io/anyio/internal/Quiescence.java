package io.anyio.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The implementation of {@code AnyIO.awaitAllTasksBlocked}: waits until every other task of a run is blocked. */
public final class Quiescence implements Run.Observer {
    /*
     * A task is blocked while it is parked in a suspension that holds it. The engine does not count tasks. It executes
     * one read when a loop runs out of ready tasks, and the loop that runs out last finds all tasks blocked.
     *
     * Other loops may continue during the check, so two walks are needed to see all tasks blocked at one moment. A
     * suspension is used once; a task found in the same suspension by both walks was parked all the time in between.
     * Only a task started meanwhile can be missed by both. Starts are therefore counted while there are waiters, after
     * the new task has been added to its group.
     */

    private final Run run;
    private final WaitList waiters = WaitList.create();
    private final AtomicLong changes = new AtomicLong(); // tasks started and waiters added, while there are waiters
    private volatile int waiting; // guarded by waiters, read by any thread

    Quiescence(Run run) {
        this.run = run;
    }

    /** Waits until all other tasks of the run of {@code task}, the current task, are blocked. A checkpoint. */
    public static void await(Task task) {
        ((Quiescence) task.run().observer()).awaitIn(task);
    }

    private void awaitIn(Task task) {
        task.checkpoint();
        var wait = Wait.begin(task, "awaitAllTasksBlocked");
        waiters.enter();
        int before = waiting; // only written in here
        waiting = before + 1;
        changes.incrementAndGet();
        waiters.add(wait);
        waiters.leave();
        try {
            waiters.await(wait); // the loop runs out of ready tasks sooner or later
        } finally {
            waiters.enter();
            int left = waiting;
            waiting = left - 1;
            waiters.leave();
        }
    }

    /** Returns whether a task waits for the others. */
    boolean isAwaited() {
        return waiting > 0;
    }

    @Override
    public void taskStarts() {
        if (isAwaited()) {
            changes.incrementAndGet();
        }
    }

    @Override
    public void loopIdle() {
        if (isAwaited()) {
            look();
        }
    }

    private void look() {
        long before = changes.get();
        List<Wait> first = waits();
        if (first != null && first.equals(waits())) {
            wakeIf(before);
        }
    }

    /** Returns the waits of all tasks, or null when a task is not blocked. */
    private @Nullable List<Wait> waits() {
        List<Wait> waits = new ArrayList<>();
        boolean all = TaskTree.walk(run, (task, _, _, _) -> {
            Wait wait = task.parked();
            return wait != null && wait.isParked() && waits.add(wait);
        });
        return all ? waits : null;
    }

    private void wakeIf(long unchanged) {
        var woken = new Wait[waiting];
        int count = 0;
        waiters.enter();
        try {
            if (changes.get() == unchanged) {
                for (Wait wait = claimNext(count, woken); wait != null; wait = claimNext(count, woken)) {
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

    private @Nullable Wait claimNext(int count, Wait[] room) {
        return count < room.length ? waiters.claimFirst() : null;
    }
}
