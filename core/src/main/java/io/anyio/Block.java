package io.anyio;

/**
 * Code without parameters or value, which may throw.
 *
 * <p>AnyIO: a coroutine function.
 */
@FunctionalInterface
public interface Block<X extends Exception> {

    /** Runs the code. */
    void run() throws X;
}
