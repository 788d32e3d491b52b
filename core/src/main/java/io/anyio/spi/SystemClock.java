package io.anyio.spi;

/** The machine's monotonic clock; everything else asks a {@link Clock}. */
enum SystemClock implements Clock {
    INSTANCE;

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
