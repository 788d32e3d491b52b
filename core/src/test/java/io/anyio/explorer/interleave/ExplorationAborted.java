package io.anyio.explorer.interleave;

/** Ends the threads that are left when an exploration has come to a finding. */
final class ExplorationAborted extends Error {
    private static final long serialVersionUID = 1;

    ExplorationAborted() {
        super("the exploration is over", null, false, false);
    }
}
