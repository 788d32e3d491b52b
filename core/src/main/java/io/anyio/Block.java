package io.anyio;

/**
 * Code without parameters or a value, which may throw an exception.
 *
 * <p>AnyIO: a coroutine function.
 */
@FunctionalInterface
public interface Block<X extends Exception> {

    /** Runs the code. */
    void run() throws X;
}
