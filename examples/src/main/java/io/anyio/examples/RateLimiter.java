package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import java.time.Duration;

/**
 * Limits the rate of bytes that one task passes on. After a pause it allows a burst of what a tenth of a second allows.
 */
final class RateLimiter {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final Duration BURST = Duration.ofMillis(100);

    private final long bytesPerSecond;
    private Deadline free = Deadline.PAST; // when all bytes so far have been paid for

    RateLimiter(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("The rate must be at least 1 byte per second, not " + bytesPerSecond);
        }
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Waits until {@code count} more bytes are allowed. A checkpoint. */
    void acquire(int count) {
        Deadline now = AnyIO.currentTime();
        if (free.compareTo(now) < 0) {
            free = now;
        }
        AnyIO.sleepUntil(free.minus(BURST));
        free = free.plus(Duration.ofNanos(count * NANOS_PER_SECOND / bytesPerSecond));
    }
}
