package io.anyio.testing.junit;

import io.anyio.testing.Simulation;

/** Attached to a failure as a suppressed exception that says how to replay its simulation. */
final class ReplayNote extends Exception {
    private static final long serialVersionUID = 1L;

    ReplayNote(Simulation simulation) {
        super(
                "in a simulation with seed " + simulation.seed() + "; replay it with -D" + Seeds.SINGLE + "="
                        + simulation.seed(),
                null,
                false,
                false);
    }
}
