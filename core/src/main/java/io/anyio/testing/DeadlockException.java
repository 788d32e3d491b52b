package io.anyio.testing;

/**
 * Thrown when every task of a simulation waits and nothing can wake any of them. The message lists the tasks.
 *
 * <p>AnyIO has no counterpart: a deadlocked program waits forever.
 */
public final class DeadlockException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    DeadlockException(String tasks) {
        super("Every task waits, there is no deadline, and no external work is pending:\n" + tasks);
    }
}
