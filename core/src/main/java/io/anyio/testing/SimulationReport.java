package io.anyio.testing;

import java.time.Duration;
import java.util.Objects;

/**
 * The report of one simulation.
 *
 * <p>AnyIO has no counterpart.
 *
 * @param seed the seed that picked the order
 * @param steps the number of steps, each of which ran one task, or several tasks with time slices
 * @param fingerprint a number made of all picks: equal for equal traces
 * @param elapsed the virtual time that passed
 * @param longestDrain the longest span of virtual time for which a loop ran tasks without polling its I/O
 * @param replayable whether the same seed will give the same trace; false if real time or foreign threads took part
 */
public record SimulationReport(
        long seed, long steps, long fingerprint, Duration elapsed, Duration longestDrain, boolean replayable) {
    /** Makes a report. No argument may be null. */
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
