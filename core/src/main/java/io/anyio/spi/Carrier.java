package io.anyio.spi;

/**
 * The way in which the virtual threads of tasks are run. See {@code docs/carriers.md}.
 *
 * <p>AnyIO has no counterpart: its tasks run on the thread of their loop.
 */
public enum Carrier {

    /** The event loop itself runs the tasks, without a thread switch between I/O and task. Needs one JVM flag. */
    LOOP,

    /** Tasks run on the JDK's scheduler and take turns, one at a time for each loop. Works on any JVM. */
    PORTABLE;

    /** Returns the name as printed and as accepted by the system property {@code anyio.carrier}. */
    public String label() {
        return this == LOOP ? "loop" : "portable";
    }
}
