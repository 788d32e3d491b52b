package io.anyio.spi;

/** The machine's monotonic clock. All other code reads a {@link Clock}. */
enum SystemClock implements Clock {
    INSTANCE;

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
