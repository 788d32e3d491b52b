package io.anyio.testing;

/**
 * A simulation waited in real time for something outside of the library, and it did not come. The message lists the
 * tasks.
 *
 * <p>AnyIO has no counterpart.
 */
public final class StalledException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    StalledException(String tasks) {
        super("Nothing has happened for five seconds of real time, while a task waits outside of the library or for"
                + " something from outside:\n" + tasks);
    }
}
