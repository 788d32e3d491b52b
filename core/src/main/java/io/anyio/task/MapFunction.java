package io.anyio.task;

import org.jspecify.annotations.Nullable;

/**
 * A function that maps an item to a value in a task of its own. See {@link Tasks#map(Iterable, MapFunction)}.
 *
 * <p>AnyIO: the function that {@code amap} is given.
 */
@FunctionalInterface
public interface MapFunction<A extends @Nullable Object, T extends @Nullable Object> {

    /** Returns the value. An exception is thrown to the caller as a member of a failure group. */
    T apply(A item) throws Exception;
}
