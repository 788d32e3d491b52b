package io.anyio.benchmarks.engine;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A task that sleeps repeatedly, and one that cuts each sleep short. */
final class Sleeper {
    private static final Duration HOUR = Duration.ofHours(1);

    private final int sleeps;
    private @Nullable CancelScope sleeping; // this and woken: tasks of one loop only
    private int woken;

    Sleeper(int sleeps) {
        this.sleeps = sleeps;
    }

    /** Runs the task that sleeps. */
    void sleep() {
        while (woken < sleeps) {
            CancelScope.open(scope -> {
                sleeping = scope;
                AnyIO.sleep(HOUR);
            });
            woken++;
        }
    }

    /** Runs the task that cancels. */
    void cancelEach() {
        for (int i = 0; i < sleeps; i++) {
            while (sleeping == null) {
                AnyIO.checkpoint();
            }
            CancelScope next = sleeping;
            sleeping = null;
            next.cancel();
            AnyIO.checkpoint();
        }
    }
}
