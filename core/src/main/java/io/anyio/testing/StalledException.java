package io.anyio.testing;

/**
 * Thrown when a simulation has waited in real time for something outside of the library, and it has not happened. The
 * message lists the tasks.
 *
 * <p>AnyIO has no counterpart.
 */
public final class StalledException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    StalledException(String tasks) {
        super("Nothing has happened for five seconds of real time, while a task waits outside of the library or for"
                + " external work:\n" + tasks);
    }
}
