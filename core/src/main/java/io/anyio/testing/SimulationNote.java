package io.anyio.testing;

/** Attached to a failure: which simulation it came from. */
final class SimulationNote extends Exception {
    private static final long serialVersionUID = 1L;

    SimulationNote(SimulationReport report) {
        super("in a " + report, null, false, false);
    }
}
