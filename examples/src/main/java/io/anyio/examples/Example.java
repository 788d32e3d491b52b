package io.anyio.examples;

import java.util.List;

/** An example program. */
interface Example {

    /** Returns the name to type to run it. */
    String name();

    /** Returns what it shows, in one line. */
    String summary();

    /** Returns its own options. */
    default List<Option> options() {
        return List.of();
    }

    /** Returns whether it listens or connects, which not every backend supports. */
    default boolean needsNetwork() {
        return false;
    }

    /** Runs as the first task of a run, after the line about the run has been printed. */
    void run(CommandLine line) throws Exception;
}
