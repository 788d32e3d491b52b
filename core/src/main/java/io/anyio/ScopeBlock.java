package io.anyio;

/**
 * Code that runs inside a cancel scope, may use the scope, and may throw an exception.
 *
 * <p>AnyIO: the body of {@code with CancelScope() as scope}.
 */
@FunctionalInterface
public interface ScopeBlock<X extends Exception> {

    /** Runs the code. */
    void run(CancelScope scope) throws X;
}
