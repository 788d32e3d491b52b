package io.anyio.explorer.interleave;

/** Ends the strands that are left when an exploration has come to a finding. */
final class Abandoned extends Error {
    private static final long serialVersionUID = 1;

    Abandoned() {
        super("the exploration is over", null, false, false);
    }
}
