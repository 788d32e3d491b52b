package io.anyio.internal;

/**
 * The time that the tasks of a loop may run before timers and I/O get their turn. Decides how often the clock is read.
 *
 * <p>Every call that may yield, and every switch of tasks, counts as a step. Only some steps read the clock.
 */
final class TimeSlice {
    /*
     * Reading the clock costs as much as a quick step, so the number of steps between two readings adapts: it doubles
     * while readings come close to each other, and falls to one as soon as they are far apart. A long step is therefore
     * followed by a reading immediately.
     *
     * A change of pace remains a problem: a number that grew while steps were quick would allow as many slow steps. A
     * number above two is therefore allowed only while the watchdog calls hurry() once a millisecond, after which the
     * next step reads the clock. The number outlives a slice, because on the portable carrier each turn is one.
     *
     * A watchdog that wakes up once a millisecond costs as much as several hundred readings, and delays what runs on
     * its processor. Loops that mostly wait for I/O take fewer steps than that, so only a busy loop asks for it.
     *
     * Except for hurry(), only the holder of the loop's token calls, which on the portable carrier is the task itself.
     */

    /** The length of a slice. */
    static final long NANOS = 50_000;

    /** How long calls that AnyIO promises not to yield may keep others waiting. */
    private static final long LONG_NANOS = 10_000_000;

    /** The number of steps doubles when two readings are closer than this. */
    private static final long CLOSE_NANOS = 2_000;

    /** It falls to one when they are further apart than this. */
    private static final long FAR_NANOS = 8_000;

    /** After a step of a slice or more, another one is likely within this multiple of its length. */
    private static final int SLOW_STEPS = 8;

    private static final int MOST_STEPS = 64;

    /** A loop is busy when it takes so many steps in a window: skipping half of the readings pays for the watchdog. */
    private static final long BUSY_STEPS = 1_000;

    private static final long WINDOW_NANOS = 1_000_000;

    /** This many steps are harmless when the pace changes. */
    private static final int STEPS_UNWATCHED = 2;

    private final boolean virtualTime;
    private final boolean stepwise;
    private int steps = 1; // between two readings
    private int left; // until the next reading
    private int granted; // what `left` was at first
    private long start;
    private long lastReading;
    private boolean begun;
    private boolean over; // always, if stepwise
    private long slowUntil = Long.MIN_VALUE; // a step has taken a whole slice not long ago
    private long windowStart;
    private long stepsInWindow;
    private boolean busy;
    private volatile boolean hurried; // set by the watchdog, cleared by the holder

    /**
     * A slice that has not begun.
     *
     * @param virtualTime whether the backend calls hurry() in place of the watchdog
     * @param stepwise whether every step reads the clock and uses the slice up
     */
    TimeSlice(boolean virtualTime, boolean stepwise) {
        this.virtualTime = virtualTime;
        this.stepwise = stepwise;
        this.over = stepwise;
    }

    /** Ends the slice; the next reading begins a new one. Until then as many steps may pass as between two readings. */
    void end() {
        begun = false;
        over = stepwise;
        grant(steps > STEPS_UNWATCHED && maySkipReadings() ? steps : 0);
    }

    /** Returns whether the number of steps may be larger than two. */
    private boolean maySkipReadings() {
        return !virtualTime && Watchdog.isPacing();
    }

    /** Begins a new slice. */
    void begin(long now) {
        begun = true;
        over = stepwise;
        start = now;
        lastReading = now;
        if (steps > STEPS_UNWATCHED && !maySkipReadings()) {
            steps = STEPS_UNWATCHED;
        }
        grant(steps);
    }

    /** Sets the number of steps until the next reading, and counts those taken since the last time. */
    private void grant(int number) {
        stepsInWindow += granted - left;
        granted = number;
        left = number;
    }

    /** Counts a step; whether the clock must be read, and given to {@link #read}. */
    boolean step() {
        if (left > 1 && !hurried) {
            left--;
            return false;
        }
        return true;
    }

    /** The clock has been read. */
    void read(long now) {
        boolean wasHurried = hurried;
        if (wasHurried) {
            hurried = false;
        }
        judge(now);
        if (!begun) {
            if (wasHurried) {
                steps = 1; // the steps since the last reading may have been slow
            }
            begin(now);
            return;
        }
        long since = now - lastReading;
        lastReading = now;
        if (since >= NANOS) {
            slowUntil = now + SLOW_STEPS * since;
        }
        if (since > FAR_NANOS) {
            steps = 1;
        } else if (steps > STEPS_UNWATCHED && !isPaced()) {
            steps = STEPS_UNWATCHED;
        } else if (since < CLOSE_NANOS && steps < MOST_STEPS && !stepwise && (steps < STEPS_UNWATCHED || isPaced())) {
            steps <<= 1;
        }
        grant(steps);
        if (now - start >= NANOS) {
            over = true;
        }
    }

    /** Decides from time to time whether the loop is busy. */
    private void judge(long now) {
        stepsInWindow++; // the one that reads
        long elapsed = now - windowStart;
        if (elapsed >= WINDOW_NANOS) {
            busy = stepsInWindow * WINDOW_NANOS >= BUSY_STEPS * elapsed;
            windowStart = now;
            stepsInWindow = 0;
        } else if (stepsInWindow >= BUSY_STEPS) {
            busy = true;
        }
    }

    /** Returns whether hurry() is called from time to time; requests that of the watchdog. */
    private boolean isPaced() {
        return virtualTime || (busy && Watchdog.keepPace());
    }

    /** Whether the next step may take as long as a slice, because one has not long ago. */
    boolean isSlow() {
        return lastReading < slowUntil;
    }

    /** Whether it was over long ago at the last reading. */
    boolean isLongOver() {
        return over && used() >= LONG_NANOS;
    }

    /** How much of it was used at the last reading. */
    long used() {
        return lastReading - start;
    }

    /** Whether the slice was used up at the last reading. */
    boolean isOver() {
        return over;
    }

    /** The next step reads the clock. Any thread. */
    void hurry() {
        hurried = true;
    }
}
