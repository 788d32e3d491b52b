package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * What the watchdog does about a task of the loop carrier that has kept its thread for a while: reports one that
 * computes, and goes round one that waits while it is pinned to the thread.
 */
final class StuckTask {
    /** How long a pinned task waits for the token while the task that has it does not suspend. */
    private static final long HAND_OVER_NANOS = 100_000_000;

    /**
     * How long a pinned foreign wait that keeps no task waiting lasts before it is reported: a JVM that starts has
     * some.
     */
    private static final long REPORT_NANOS = 50_000_000;

    /**
     * At how many looks in a row a task that seems to run must use no processor time to be taken for one that waits.
     */
    private static final int RESTS = 20;

    private StuckTask() {}

    /** Called when {@code task} has been mounted on {@code runner} since the last looks. The watchdog only. */
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
            return; // it may have gone on since the last look
        }
        Suspension wait = task.parked();
        boolean simulated = loop.run().virtualTime(); // where a foreign wait has real time
        boolean goesRound = !simulated && isNeeded(loop) && (wait != null || !StallReports.loadsClasses(where));
        if (!seen.reported && (wait != null || goesRound || seen.lasts(now, REPORT_NANOS))) {
            seen.reported = true;
            StallReports.pinned(loop, task, runner.thread, wait, where);
        }
        if (wait != null && wait.isFor(runner.thread)) {
            wait.refuse(StallReports.refusal(task, wait, where));
        } else if (wait != null && simulated) {
            loop.run().abandon(new IllegalStateException(StallReports.refusal(task, wait, where)));
        } else if (goesRound) {
            loop.begin(Rescue.ofPinned(loop, runner, task), runner.thread);
            seen.clear();
        }
    }

    /** Whether anything else could run. */
    private static boolean isNeeded(LoopCarrier loop) {
        return loop.ready.hasReady() || loop.missedDeadline() || loop.pinned.isTokenWanted();
    }

    /**
     * While others are pinned: the one that runs may wait for a class that one of them initializes, and the JVM shows
     * such a thread as running. Returns whether another thread runs the other tasks now.
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
                || !StallReports.isOutsideOfLibrary(where)) {
            return false;
        }
        StallReports.pinned(loop, task, runner.thread, null, where);
        loop.begin(Rescue.ofResting(loop, runner, task), runner.thread);
        seen.clear();
        return true;
    }

    private static void reportIfBusy(
            LoopCarrier loop, Watchdog.Observation seen, TaskRunner runner, Task task, long now) {
        if (seen.reported || !seen.busyTooLong(now)) {
            return;
        }
        StackTraceElement[] where = task.thread().getStackTrace();
        if (where.length > 0 && runner.mounted == task) { // else it has just ended, or has not begun
            seen.reported = true;
            StallReports.busy(loop, task, runner.thread, where);
        }
    }

    /** The frame that pins: the innermost class initializer or native method that is not part of the wait itself. */
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
