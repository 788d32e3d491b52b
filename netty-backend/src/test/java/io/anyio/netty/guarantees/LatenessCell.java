package io.anyio.netty.guarantees;

import io.anyio.netty.guarantees.LatenessTrial.Lateness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The tries with one call and one amount of work, shown in units of that work. */
final class LatenessCell {
    /** The time for which a task may run before a call that can complete immediately lets others run. */
    static final long SLICE = TimeUnit.MICROSECONDS.toNanos(50);

    private static final int ALLOWED_SLICES = 4;
    private static final int ALLOWED_WORKS = 3;
    private static final int CAP_WORKS = 10;
    private static final long LEAST_CAP = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int MOST_CAPPED = 4;

    private final QuickCall call;
    private final long work;
    private final List<Lateness> tries;

    LatenessCell(QuickCall call, long work, List<Lateness> tries) {
        this.call = call;
        this.work = work;
        this.tries = tries;
    }

    /** Makes the tries, but no more after some that have reached the cap. */
    static LatenessCell measure(QuickCall call, EchoLoop loop, long work, Lateness atRest) throws Exception {
        var cell = new LatenessCell(call, work, new ArrayList<>());
        int wanted = work < TimeUnit.MILLISECONDS.toNanos(1) ? 15 : work < TimeUnit.MILLISECONDS.toNanos(10) ? 9 : 3;
        int capped = 0;
        for (int i = 0; i < wanted && capped < MOST_CAPPED; i++) {
            long due = LEAST_CAP + work * i / wanted; // at a different point of the work each time
            var load = new LatenessTrial.Load(work, due, cell.cap());
            Lateness late = LatenessTrial.measure(call, loop, load, 1);
            cell.tries.add(late.minus(atRest));
            if (Math.max(late.timer(), Math.max(late.deadline(), late.echo())) > cell.cap()) {
                capped++;
            }
        }
        return cell;
    }

    private long cap() {
        return Math.max(LEAST_CAP, CAP_WORKS * work);
    }

    /** Returns whether a median exceeds the limit. */
    boolean isBeyond() {
        return promised().anyMatch(what -> isMostly(what, LatenessCell::limit));
    }

    /** Returns whether a median exceeds the limit by more than a shared machine may cause, or the cap. */
    boolean isFarBeyond() {
        return promised()
                .anyMatch(what -> isMostly(what, one -> Math.min(cap(), one.longestWork() + limit(one) + SLACK)));
    }

    private static long limit(Lateness one) {
        return Math.max(ALLOWED_SLICES * SLICE, ALLOWED_WORKS * one.longestWork());
    }

    /** Returns the events that are served in time beside this call. */
    private Stream<ToLongFunction<Lateness>> promised() {
        Stream<ToLongFunction<Lateness>> events = Stream.of(Lateness::timer, Lateness::echo);
        return Stream.concat(
                call.letsOthersRun() ? events : Stream.empty(),
                call.isCheckpoint() ? Stream.of(Lateness::deadline) : Stream.empty());
    }

    private boolean isMostly(ToLongFunction<Lateness> what, ToLongFunction<Lateness> limit) {
        return 2 * count(what, limit) > tries.size();
    }

    private long count(ToLongFunction<Lateness> what, ToLongFunction<Lateness> limit) {
        return tries.stream()
                .filter(one -> what.applyAsLong(one) > limit.applyAsLong(one))
                .count();
    }

    /** Returns the medians of timer, deadline and echo, marked where they exceed the limit. */
    @Override
    public String toString() {
        return text(call.letsOthersRun(), Lateness::timer) + " / " + text(call.isCheckpoint(), Lateness::deadline)
                + " / " + text(call.letsOthersRun(), Lateness::echo);
    }

    private String text(boolean isPromised, ToLongFunction<Lateness> what) {
        if (!isPromised) {
            return "–";
        }
        if (isMostly(what, _ -> cap())) {
            return ">" + cap() / Math.max(SLICE, work) + "!";
        }
        double[] units = tries.stream()
                .mapToDouble(one -> (double) what.applyAsLong(one) / Math.max(SLICE, one.longestWork()))
                .sorted()
                .toArray();
        long beyond = count(what, LatenessCell::limit);
        return String.format(Locale.ROOT, "%.1f", units[units.length / 2])
                + (2 * beyond > tries.size() ? "!" : beyond > 0 ? "?" : "");
    }
}
