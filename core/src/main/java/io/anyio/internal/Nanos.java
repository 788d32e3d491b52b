package io.anyio.internal;

import java.time.Duration;

/** Arithmetic on nanoseconds that saturates instead of overflowing. */
public final class Nanos {
    /** The point in time later than every other. */
    public static final long NEVER = Long.MAX_VALUE;

    private Nanos() {}

    /** Converts a duration to nanoseconds. A longer one counts as 292 years. */
    public static long of(Duration span) {
        try {
            return span.toNanos();
        } catch (ArithmeticException tooLong) {
            return span.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** Adds two values. A sum that does not fit becomes the nearest one that does. */
    public static long add(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }
}
