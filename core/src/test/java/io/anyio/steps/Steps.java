package io.anyio.steps;

import java.util.concurrent.atomic.AtomicLong;

/** The number of calls of methods of the library, counted by instrumented copies of it. */
public final class Steps {
    private static final AtomicLong COUNT = new AtomicLong();

    private Steps() {}

    /** Called at the beginning of each method. */
    public static void count() {
        COUNT.incrementAndGet();
    }

    /** The number so far. */
    public static long soFar() {
        return COUNT.get();
    }
}
