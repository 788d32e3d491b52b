package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Code without parameters that gives a value, which may throw.
 *
 * <p>AnyIO: a coroutine function with a result.
 */
@FunctionalInterface
public interface ValueBlock<T extends @Nullable Object, X extends Exception> {

    /** Runs the code. */
    T call() throws X;
}
