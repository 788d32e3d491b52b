package io.anyio;

/**
 * Code that runs inside a cancel scope and may use it, which may throw.
 *
 * <p>AnyIO: the body of {@code with CancelScope() as scope}.
 */
@FunctionalInterface
public interface ScopeBlock<X extends Exception> {

    /** Runs the code. */
    void run(CancelScope scope) throws X;
}
