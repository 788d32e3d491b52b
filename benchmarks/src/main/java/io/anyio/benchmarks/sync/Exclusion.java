package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.Crew;

/**
 * A mutual exclusion: one worker at a time is inside.
 *
 * @param enter enters, and waits if necessary
 * @param leave leaves
 */
record Exclusion(Enter enter, Runnable leave) {

    /** The operation that enters. */
    interface Enter {
        void run() throws InterruptedException;
    }

    /** Returns the same exclusion, but with a yield to the other workers before each entry. */
    Exclusion withYield(Crew crew) {
        return new Exclusion(
                () -> {
                    crew.letOthersRun();
                    enter.run();
                },
                leave);
    }
}
