package io.anyio.testing;

/**
 * Every task of a simulation waits for another one, and nothing can wake any. The message lists them.
 *
 * <p>AnyIO has no counterpart: a program that is stuck waits for ever.
 */
public final class DeadlockException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    DeadlockException(String tasks) {
        super("Every task waits, there is no deadline, and nothing outside is under way:\n" + tasks);
    }
}
