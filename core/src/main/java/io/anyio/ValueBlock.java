package io.anyio;

import java.util.Objects;
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

    /** Returns code that runs {@code code} and returns null. */
    static <X extends Exception> ValueBlock<@Nullable Void, X> of(Block<X> code) {
        Objects.requireNonNull(code, "code");
        return () -> {
            code.run();
            return null;
        };
    }
}
