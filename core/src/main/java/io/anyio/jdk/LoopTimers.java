package io.anyio.jdk;

import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The timers of one loop: the engine's, and those of connections that are being closed. Used by the loop's thread. */
final class LoopTimers {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final TreeSet<Timer> byTime = new TreeSet<>();
    private long created;

    /** A timer; ordered by its time, then by its age. */
    final class Timer implements Comparable<Timer> {
        private final long time;
        private final long number;
        private final Runnable action;

        private Timer(long time, long number, Runnable action) {
            this.time = time;
            this.number = number;
            this.action = action;
        }

        void cancel() {
            byTime.remove(this);
        }

        @Override
        public int compareTo(Timer other) {
            long difference = time - other.time; // the clock's values may overflow, their differences do not
            return difference == 0 ? Long.compare(number, other.number) : Long.signum(difference);
        }
    }

    /** Adds a timer for a time of {@link io.anyio.spi.Clock#system}. */
    Timer add(long time, Runnable action) {
        created++;
        var timer = new Timer(time, created, action);
        byTime.add(timer);
        return timer;
    }

    /** Removes the timers that are due, and passes the action of each to {@code runner}. */
    void runDue(long now, Consumer<Runnable> runner) {
        for (Timer next = next(); next != null && next.time - now <= 0; next = next()) {
            byTime.remove(next);
            runner.accept(next.action);
        }
    }

    boolean isDue(long now) {
        Timer next = next();
        return next != null && next.time - now <= 0;
    }

    /** Returns the time to the next timer, rounded up, so that no wake-up is early; 0 if there is no timer. */
    long millis(long now) {
        Timer next = next();
        if (next == null) {
            return 0;
        }
        long nanos = Math.max(1, next.time - now);
        return nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1);
    }

    private @Nullable Timer next() {
        return byTime.isEmpty() ? null : byTime.first();
    }
}
