package io.anyio.internal;

/**
 * The inspection of a loop on the loop carrier. A task that computes for long is reported. While a task waits pinned to
 * the loop's thread, or the thread waits outside of all tasks, another thread runs the other tasks.
 */
final class LoopInspection extends LoopObservation {
    /** The time that a pinned task waits for the token while the task that has it does not suspend. */
    private static final long HAND_OVER_NANOS = 100_000_000;

    /** The time after which a pinned foreign wait is reported that delays no task. Some occur while a JVM starts. */
    private static final long REPORT_NANOS = 50_000_000;

    /** The time after which a task that loads a class waits for more than another task that loads the same one. */
    private static final long LOADING_NANOS = 50_000_000;

    /** A task that seems to run, but uses no processor time during so many inspections, is taken to wait. */
    private static final int RESTS = 20;

    private final LoopCarrier loop;

    LoopInspection(LoopCarrier loop) {
        super(loop);
        this.loop = loop;
    }

    @Override
    void inspect(long now) {
        Thread carrier = loop.thread();
        Task running = loop.holder instanceof TaskRunner runner ? runner.mounted : null;
        boolean pending = running != null || loop.isPosted() || loop.ready.hasReady() || loop.missedDeadline();
        if (carrier == null || !unchanged(loop.turns, running, pending, now)) {
            return;
        }
        if (running != null && loop.holder instanceof TaskRunner runner) {
            inspectTask(runner, running, now);
        } else if (!loop.isBeingRescued()
                && loop.holder == null
                && !loop.run().virtualTime()
                && !loop.driver().isManuallyDriven()) { // the code that drives it may do other work in between
            inspectThread(carrier, now);
        }
    }

    /** Inspects the loop's thread, which has been outside of all tasks since the last inspections. */
    private void inspectThread(Thread carrier, long now) {
        if (loop.driver() instanceof FallbackLoop) { // waits for nothing
            loop.execute();
        } else if (loop.pinned.isPinnedTo(carrier)) {
            rescue(carrier, now);
        } else if (!Watchdog.isWaiting(carrier)) {
            waitsNowhere();
            loop.execute(); // a drain may have been lost for lack of memory; an extra one does no harm
        } else if (waitsStillAt(carrier.getStackTrace()) && Watchdog.isWaiting(carrier)) {
            rescue(carrier, now);
        }
    }

    private void rescue(Thread carrier, long now) {
        StallReporter.rescued(loop, carrier, lasting(now));
        loop.begin(RescueThread.ofLoop(loop, carrier), carrier);
    }

    /** Inspects a task that has been mounted on {@code runner} since the last inspections. */
    private void inspectTask(TaskRunner runner, Task task, long now) {
        if (!Watchdog.isWaiting(runner.thread)) {
            waitsNowhere();
            if (!loop.pinned.isEmpty() && goRound(runner, task, now)) {
                return;
            }
            reportIfBusy(runner, task, now);
            return;
        }
        StackTraceElement[] where = task.thread().getStackTrace();
        if (!waitsStillAt(where) || !Watchdog.isWaiting(runner.thread) || runner.mounted != task) {
            return; // it may have continued since the last inspection
        }
        Wait wait = task.parked();
        boolean simulated = loop.run().virtualTime(); // there a foreign wait takes real time
        boolean loads = wait == null && StallReporter.loadsClasses(where) && !lasts(now, LOADING_NANOS);
        boolean goesRound = !simulated && isNeeded() && !loads;
        boolean refused = wait != null && wait.isFor(runner.thread);
        boolean rescues = goesRound && !refused;
        if (rescues || (!reported && (wait != null || goesRound || lasts(now, REPORT_NANOS)))) {
            reported = true;
            StallReporter.pinned(loop, task, runner.thread, wait, where, rescues, lasting(now));
        }
        if (wait != null && refused) {
            wait.refuse(StallReporter.refusal(task, wait, where));
        } else if (wait != null && simulated) {
            loop.run().abandon(new IllegalStateException(StallReporter.refusal(task, wait, where)));
        } else if (rescues) {
            loop.begin(RescueThread.ofPinned(loop, runner, task), runner.thread);
            clear();
        }
    }

    /** Returns whether anything else could run. */
    private boolean isNeeded() {
        return loop.ready.hasReady() || loop.missedDeadline() || loop.pinned.isTokenWanted();
    }

    /**
     * Called while other tasks are pinned. The running task may wait for a class that one of them initializes, and the
     * JVM shows such a thread as running. Returns whether another thread now runs the other tasks.
     */
    private boolean goRound(TaskRunner runner, Task task, long now) {
        if (loop.missedDeadline()) {
            loop.fireDeadlines();
        }
        if (lasts(now, HAND_OVER_NANOS) && loop.pinned.handOver(runner, task)) {
            return true;
        }
        StackTraceElement[] where = task.thread().getStackTrace();
        if (restsAt(where, ProcessorTime.of(runner.thread)) < RESTS
                || !isNeeded()
                || loop.run().virtualTime()
                || !StallReporter.isOutsideOfLibrary(where)) {
            return false;
        }
        StallReporter.pinned(loop, task, runner.thread, null, where, true, lasting(now));
        loop.begin(RescueThread.ofResting(loop, runner, task), runner.thread);
        clear();
        return true;
    }

    private void reportIfBusy(TaskRunner runner, Task task, long now) {
        if (reported || !busyTooLong(now)) {
            return;
        }
        StackTraceElement[] where = task.thread().getStackTrace();
        if (where.length > 0 && runner.mounted == task) { // otherwise it has just ended, or has not begun
            reported = true;
            loop.counters.slowTurns++;
            StallReporter.busy(loop, task, runner.thread, where, lasting(now));
        }
    }
}
