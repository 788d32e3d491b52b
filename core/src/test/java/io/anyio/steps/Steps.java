package io.anyio.steps;

import java.util.concurrent.atomic.AtomicLong;

/** How many methods of the library were called. One for all that {@link StepLoader}s load. */
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
