package io.anyio.testing;

/** Attached to a failure as a suppressed exception that describes its simulation. */
final class SimulationNote extends Exception {
    private static final long serialVersionUID = 1L;

    SimulationNote(SimulationReport report) {
        super("in a " + report, null, false, false);
    }
}
