package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * What the watchdog does about a task of the loop carrier that has kept its thread for a while: reports one that
 * computes, and goes round one that waits while it is pinned to the thread.
 */
final class StuckTask {
    private StuckTask() {}

    /** Called when {@code task} has been mounted on {@code runner} since the last looks. The watchdog only. */
    static void inspect(LoopCarrier loop, Watchdog.Observation seen, TaskRunner runner, Task task, long now) {
        if (!Watchdog.isWaiting(runner.thread)) {
            seen.waitsNowhere();
            reportIfBusy(loop, seen, runner, task, now);
            return;
        }
        StackTraceElement[] where = task.thread().getStackTrace();
        if (!seen.waitsStillAt(where) || !Watchdog.isWaiting(runner.thread) || runner.mounted != task) {
            return; // it may have gone on since the last look
        }
        Suspension wait = task.parked();
        if (!seen.reported) {
            seen.reported = true;
            StallReports.pinned(loop, task, runner.thread, wait, where);
        }
        if (wait != null && wait.isFor(runner.thread)) {
            wait.refuse(StallReports.refusal(task, wait, where));
        } else if (loop.run().virtualTime()) {
            loop.run().abandon(new IllegalStateException(StallReports.refusal(task, wait, where)));
        } else if ((loop.ready.hasReady() || loop.missedDeadline())
                && (wait != null || !StallReports.loadsClasses(where))) { // else it ends by itself
            loop.begin(Rescue.ofPinned(loop, runner, task), runner.thread);
            seen.clear();
        }
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
