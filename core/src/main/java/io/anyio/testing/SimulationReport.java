package io.anyio.testing;

import java.time.Duration;
import java.util.Objects;

/**
 * How a simulation went.
 *
 * <p>AnyIO has no counterpart.
 *
 * @param seed the seed that picked the order
 * @param steps how many times a task was let run
 * @param fingerprint a number made of all the picks: equal for equal traces
 * @param elapsed how far the virtual clock went
 * @param longestDrain the longest span of virtual time for which a loop ran tasks without a look at its I/O
 * @param replayable whether the same seed will give the same trace; false when real time or foreign threads took part
 */
public record SimulationReport(
        long seed, long steps, long fingerprint, Duration elapsed, Duration longestDrain, boolean replayable) {
    /** Nothing may be null. */
    public SimulationReport {
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(longestDrain, "longestDrain");
    }

    @Override
    public String toString() {
        return "simulation with seed " + seed + ", " + steps + " steps, " + elapsed + " of virtual time, "
                + (replayable ? "replayable" : "not replayable: real time or foreign threads took part");
    }
}
