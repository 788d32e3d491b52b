package io.anyio.internal;

/** Admits a number of events in each minute and counts those it does not admit. Used by one thread. */
final class RateLimit {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private long begin; // of the present minute
    private int admitted; // in this minute; 0: it has not begun
    private long leftOut;

    /** Returns whether an event at {@code now} is within the limit. */
    boolean admits(long now, int perMinute) {
        if (admitted == 0 || now - begin >= MINUTE_NANOS) {
            begin = now;
            admitted = 0;
        }
        if (admitted >= perMinute) {
            leftOut++;
            return false;
        }
        admitted++;
        return true;
    }

    /** Counts events that were admitted and could not be passed on. */
    void lost(long events) {
        leftOut += events;
    }

    /** Returns how many events were left out since the last call. */
    long takeLeftOut() {
        long result = leftOut;
        leftOut = 0;
        return result;
    }
}
