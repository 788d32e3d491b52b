package io.anyio.spi;

/**
 * A monotonic clock in nanoseconds, with an arbitrary origin. May be read by any thread.
 *
 * <p>AnyIO: {@code AsyncBackend.current_time}.
 */
@FunctionalInterface
public interface Clock {

    /** Returns the current time. */
    long nanoTime();

    /** Returns the clock of the machine. No other place of the library reads it. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
