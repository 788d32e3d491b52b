package io.anyio.explorer.interleave;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The time at which others see stores with release semantics. By seed, it is as late as possible, or at a random point.
 */
final class StoreVisibility {
    private static final int SALT = 0x7F4A7C15; // for numbers that are independent of the schedule

    private final Trace trace;
    private final ThreadRegistry threads;
    private final boolean on;
    private final SplittableRandom random;
    private final int every; // one store in so many points becomes visible; 0: none does by itself

    StoreVisibility(Trace trace, ThreadRegistry threads, boolean on, long seed) {
        this.trace = trace;
        this.threads = threads;
        this.on = on;
        this.random = new SplittableRandom(seed ^ SALT);
        this.every = random.nextBoolean() ? 0 : 2 << random.nextInt(5);
    }

    boolean isOn() {
        return on;
    }

    /** A point was passed. */
    void passed() {
        if (on && every > 0 && random.nextInt(every) == 0) {
            List<ControlledThread> late = new ArrayList<>();
            for (int i = 0; i < threads.size(); i++) {
                if (!threads.at(i).stores.isEmpty()) {
                    late.add(threads.at(i));
                }
            }
            if (!late.isEmpty()) {
                ControlledThread one = late.get(random.nextInt(late.size()));
                trace.add(one, SchedulingPoints.number("(others see the new " + one.stores.showOne() + ")"));
            }
        }
    }

    /** Makes all stores visible. */
    void showAll() {
        for (int i = 0; i < threads.size(); i++) {
            threads.at(i).stores.showAll();
        }
    }
}
