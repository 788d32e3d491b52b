package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * The actions of the watchdog on a task of the loop carrier that has kept its thread for a while. A task that computes
 * is reported. If a task waits while it is pinned to the thread, the other tasks run on another thread.
 */
final class StuckTask {
    /** The time that a pinned task waits for the token while the task that has it does not suspend. */
    private static final long HAND_OVER_NANOS = 100_000_000;

    /** The time after which a pinned foreign wait is reported that delays no task. Some occur while a JVM starts. */
    private static final long REPORT_NANOS = 50_000_000;

    /** A task that seems to run, but uses no processor time during so many inspections, is taken to wait. */
    private static final int RESTS = 20;

    private StuckTask() {}

    /** Inspects a task that has been mounted on {@code runner} since the last inspections. The watchdog only. */
    static void inspect(LoopCarrier loop, Watchdog.Observation seen, TaskRunner runner, Task task, long now) {
        if (!Watchdog.isWaiting(runner.thread)) {
            seen.waitsNowhere();
            if (!loop.pinned.isEmpty() && goRound(loop, seen, runner, task, now)) {
                return;
            }
            reportIfBusy(loop, seen, runner, task, now);
            return;
        }
        StackTraceElement[] where = task.thread().getStackTrace();
        if (!seen.waitsStillAt(where) || !Watchdog.isWaiting(runner.thread) || runner.mounted != task) {
            return; // it may have continued since the last inspection
        }
        Suspension wait = task.parked();
        boolean simulated = loop.run().virtualTime(); // there a foreign wait takes real time
        boolean goesRound = !simulated && isNeeded(loop) && (wait != null || !StallReporter.loadsClasses(where));
        if (!seen.reported && (wait != null || goesRound || seen.lasts(now, REPORT_NANOS))) {
            seen.reported = true;
            StallReporter.pinned(loop, task, runner.thread, wait, where);
        }
        if (wait != null && wait.isFor(runner.thread)) {
            wait.refuse(StallReporter.refusal(task, wait, where));
        } else if (wait != null && simulated) {
            loop.run().abandon(new IllegalStateException(StallReporter.refusal(task, wait, where)));
        } else if (goesRound) {
            loop.begin(RescueThread.ofPinned(loop, runner, task), runner.thread);
            seen.clear();
        }
    }

    /** Returns whether anything else could run. */
    private static boolean isNeeded(LoopCarrier loop) {
        return loop.ready.hasReady() || loop.missedDeadline() || loop.pinned.isTokenWanted();
    }

    /**
     * Called while other tasks are pinned. The running task may wait for a class that one of them initializes, and the
     * JVM shows such a thread as running. Returns whether another thread now runs the other tasks.
     */
    private static boolean goRound(
            LoopCarrier loop, Watchdog.Observation seen, TaskRunner runner, Task task, long now) {
        if (loop.missedDeadline()) {
            loop.fireDeadlines();
        }
        if (seen.lasts(now, HAND_OVER_NANOS) && loop.pinned.handOver(runner, task)) {
            return true;
        }
        StackTraceElement[] where = task.thread().getStackTrace();
        if (seen.restsAt(where, ProcessorTime.of(runner.thread)) < RESTS
                || !isNeeded(loop)
                || loop.run().virtualTime()
                || !StallReporter.isOutsideOfLibrary(where)) {
            return false;
        }
        StallReporter.pinned(loop, task, runner.thread, null, where);
        loop.begin(RescueThread.ofResting(loop, runner, task), runner.thread);
        seen.clear();
        return true;
    }

    private static void reportIfBusy(
            LoopCarrier loop, Watchdog.Observation seen, TaskRunner runner, Task task, long now) {
        if (seen.reported || !seen.busyTooLong(now)) {
            return;
        }
        StackTraceElement[] where = task.thread().getStackTrace();
        if (where.length > 0 && runner.mounted == task) { // otherwise it has just ended, or has not begun
            seen.reported = true;
            StallReporter.busy(loop, task, runner.thread, where);
        }
    }

    /** Returns the pinning frame: the innermost class initializer or native method outside of the wait itself. */
    static @Nullable StackTraceElement pinningFrame(StackTraceElement[] where) {
        for (StackTraceElement frame : where) {
            String type = frame.getClassName();
            boolean ofTheWait = type.startsWith("java.lang.VirtualThread")
                    || type.startsWith("jdk.internal.misc.")
                    || type.equals("java.lang.Object")
                    || type.equals("java.lang.Thread");
            if (frame.getMethodName().equals("<clinit>") || (frame.isNativeMethod() && !ofTheWait)) {
                return frame;
            }
        }
        return null;
    }
}
