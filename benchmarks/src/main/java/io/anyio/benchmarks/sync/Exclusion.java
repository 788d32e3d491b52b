package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.Crew;

/**
 * Something that lets one worker in at a time.
 *
 * @param enter goes in
 * @param leave comes out
 */
record Exclusion(Enter enter, Runnable leave) {

    /** Goes in. */
    interface Enter {
        void run() throws InterruptedException;
    }

    /** The same, but who goes in lets the others run first. */
    Exclusion withYield(Crew crew) {
        return new Exclusion(
                () -> {
                    crew.letOthersRun();
                    enter.run();
                },
                leave);
    }
}
