package io.anyio.examples;

import java.util.Map;

/** One example. */
interface Example {

    /** What to type to run it. */
    String name();

    /** What it shows, in one line. */
    String summary();

    /** Its own options, by name without dashes, with what to print for each in the usage. */
    Map<String, String> options();

    /** Runs as the first task of a run; the line about what it runs on has been printed. */
    void run(CommandLine line) throws Exception;
}
