package io.anyio.examples;

import java.util.List;

/** One example. */
interface Example {

    /** What to type to run it. */
    String name();

    /** What it shows, in one line. */
    String summary();

    /** Its own options. */
    default List<Option> options() {
        return List.of();
    }

    /** Whether it listens or connects, which not every backend can. */
    default boolean needsNetwork() {
        return false;
    }

    /** Runs as the first task of a run; the line about what it runs on has been printed. */
    void run(CommandLine line) throws Exception;
}
