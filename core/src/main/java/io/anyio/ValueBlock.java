package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Code without parameters that returns a value and may throw an exception.
 *
 * <p>AnyIO: a coroutine function with a result.
 */
@FunctionalInterface
public interface ValueBlock<T extends @Nullable Object, X extends Exception> {

    /** Runs the code and returns its value. */
    T call() throws X;
}
