package io.anyio.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The state of one loop at the last inspections. Used by the watchdog's thread only. */
abstract class LoopObservation extends Watchdog.Watched {
    private static final StackTraceElement[] NOWHERE = {};

    /** Less processor time than this between two inspections is none. */
    private static final long REST_NANOS = 20_000;

    private final TaskLoop loop;
    private long activeTurns = -1;
    private long turns = -1;
    private @Nullable Object running;
    private long since;
    private long overdue = Long.MAX_VALUE;
    private StackTraceElement[] waitedAt = NOWHERE;
    private StackTraceElement[] restedAt = NOWHERE;
    private long processorTime;
    private int rests;
    boolean reported; // the state was reported

    LoopObservation(TaskLoop loop) {
        this.loop = loop;
    }

    @Override
    final TaskLoop loop() {
        return loop;
    }

    @Override
    final int number() {
        return loop.index();
    }

    @Override
    final void hurry(boolean ifIdle) {
        if (ifIdle || loop.holder != null) {
            loop.slice.hurry();
        }
    }

    @Override
    final void catchUp() {
        if (loop.index() == 0) { // once for each run
            TaskTree.walk(loop.run(), (task, scopes, host, groupScope) -> {
                task.catchUp();
                return true;
            });
        }
    }

    @Override
    final boolean active() {
        boolean moved = loop.turns != activeTurns;
        activeTurns = loop.turns;
        return moved || loop.isPosted() || loop.holder != null || loop.ready.hasReady();
    }

    @Override
    final long untilOverdue() {
        long earliest = loop.deadlines().earliest();
        if (earliest == Long.MAX_VALUE || loop.run().virtualTime()) {
            return Long.MAX_VALUE;
        }
        return Math.max(Watchdog.TICK_NANOS, earliest - loop.run().now() + 2 * Watchdog.PATIENCE_NANOS);
    }

    /** Returns whether work has waited for {@link Watchdog#PATIENCE_NANOS} while the observed state was the same. */
    final boolean unchanged(long turnsNow, @Nullable Object runningNow, boolean pending, long now) {
        if (!pending || turnsNow != turns || runningNow != running) {
            turns = turnsNow;
            running = runningNow;
            since = now;
            waitedAt = NOWHERE;
            rests = 0;
            reported = false;
            return false;
        }
        return now - since >= Watchdog.PATIENCE_NANOS;
    }

    /** Returns whether the same deadline was overdue at the last inspection. */
    final boolean overdue(long earliest) {
        boolean again = overdue == earliest;
        overdue = earliest;
        return again;
    }

    /** Discards the observed state. */
    final void clear() {
        running = null;
    }

    /** Records that the task does not wait: a wait that is observed later is another one. */
    final void waitsNowhere() {
        waitedAt = NOWHERE;
    }

    /**
     * Returns whether a waiting task waited at the same place at the last inspection, while the observed state was the
     * same. An empty stack is no place: a task that begins or ends has none, and its thread may be between two states.
     */
    final boolean waitsStillAt(StackTraceElement[] where) {
        boolean still = where.length > 0 && Arrays.equals(waitedAt, where);
        waitedAt = where;
        return still;
    }

    /**
     * Returns at how many successive inspections a task that seems to run was at this place and had used no processor
     * time since the previous one. {@code time} is that of its thread, or {@link ProcessorTime#UNKNOWN}.
     */
    final int restsAt(StackTraceElement[] where, long time) {
        boolean rested = rests > 0 && time - processorTime < REST_NANOS && Arrays.equals(restedAt, where);
        restedAt = where;
        processorTime = time;
        rests = where.length == 0 || time == ProcessorTime.UNKNOWN ? 0 : rested ? rests + 1 : 1;
        return rests;
    }

    /** Returns for how long the observed state has lasted. */
    final long lasting(long now) {
        return now - since;
    }

    /** Returns whether the observed state has lasted for {@code nanos}. */
    final boolean lasts(long now, long nanos) {
        return now - since >= nanos;
    }

    /** Returns whether the observed state has lasted long enough to be reported as busy. */
    final boolean busyTooLong(long now) {
        return now - since >= loop.run().watchdogSettings().slowTurnNanos();
    }
}
