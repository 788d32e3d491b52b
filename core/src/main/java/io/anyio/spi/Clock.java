package io.anyio.spi;

/**
 * A monotonic clock in nanoseconds, with an arbitrary origin. Any thread may read it.
 *
 * <p>AnyIO: {@code AsyncBackend.current_time}.
 */
@FunctionalInterface
public interface Clock {

    /** The present point in time. */
    long nanoTime();

    /** The clock of the machine. The only place of the library that reads it. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
