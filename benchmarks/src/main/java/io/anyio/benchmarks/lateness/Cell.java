package io.anyio.benchmarks.lateness;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** The attempts with one call and one amount of work, shown in units of that work. */
final class Cell {
    /** The time for which a task may run before a call that can complete immediately lets others run. */
    static final long SLICE = TimeUnit.MICROSECONDS.toNanos(50);

    private static final int ALLOWED_SLICES = 4;
    private static final int ALLOWED_WORKS = 3;
    private static final int CAP_WORKS = 10;
    private static final long LEAST_CAP = TimeUnit.MILLISECONDS.toNanos(10);

    private static final String BEYOND = "!";
    private static final String ONCE_BEYOND = "?";

    private final LateCall call;
    private final long work;
    private final List<Attempt.Lateness> attempts = new ArrayList<>();

    private Cell(LateCall call, long work) {
        this.call = call;
        this.work = work;
    }

    /** Makes the attempts, but no more after two that have reached the cap. */
    static Cell measure(LateCall call, WorkLoop loop, long work, Attempt.Lateness atRest) throws Exception {
        var cell = new Cell(call, work);
        int wanted = cell.wanted();
        int capped = 0;
        for (int i = 0; i < wanted && capped < 2; i++) {
            long due = LEAST_CAP + work * i / wanted; // at a different point of the work each time
            Attempt.Lateness late = new Attempt(call, loop, work, due, cell.cap()).measure();
            cell.attempts.add(late.minus(atRest));
            if (Math.max(late.timer(), Math.max(late.deadline(), late.echo())) > cell.cap()) {
                capped++;
            }
        }
        return cell;
    }

    private int wanted() {
        return work < TimeUnit.MILLISECONDS.toNanos(1) ? 15 : work < TimeUnit.MILLISECONDS.toNanos(10) ? 9 : 3;
    }

    private long cap() {
        return Math.max(LEAST_CAP, CAP_WORKS * work);
    }

    /** Returns whether one of the medians exceeds the limit. */
    boolean isBeyond() {
        return toString().contains(BEYOND);
    }

    /** Returns the medians of timer, deadline and echo, marked where they exceed the limit. */
    @Override
    public String toString() {
        String timer = call.letsOthersRun() ? text(Attempt.Lateness::timer) : "–";
        String deadline = call.isCheckpoint() ? text(Attempt.Lateness::deadline) : "–";
        String echo = call.letsOthersRun() ? text(Attempt.Lateness::echo) : "–";
        return timer + " / " + deadline + " / " + echo;
    }

    private String text(ToLongFunction<Attempt.Lateness> what) {
        List<Double> units = new ArrayList<>();
        int beyond = 0;
        int capped = 0;
        for (Attempt.Lateness attempt : attempts) {
            long late = what.applyAsLong(attempt);
            units.add((double) late / Math.max(SLICE, attempt.longestWork()));
            if (late > Math.max(ALLOWED_SLICES * SLICE, ALLOWED_WORKS * attempt.longestWork())) {
                beyond++;
            }
            if (late > cap()) {
                capped++;
            }
        }
        if (2 * capped > attempts.size()) {
            return ">" + cap() / Math.max(SLICE, work) + BEYOND;
        }
        Collections.sort(units);
        String mark = 2 * beyond > attempts.size() ? BEYOND : beyond > 0 ? ONCE_BEYOND : "";
        return String.format(Locale.ROOT, "%.1f%s", units.get(units.size() / 2), mark);
    }
}
