package io.anyio.task;

import org.jspecify.annotations.Nullable;

/**
 * Code that makes a value of an item, in a task of its own. See {@link Tasks#amap(Iterable, MapFunction)}.
 *
 * <p>AnyIO: the function that {@code amap} is given.
 */
@FunctionalInterface
public interface MapFunction<A extends @Nullable Object, T extends @Nullable Object> {

    /** Makes the value. Whatever it throws leaves as a member of a failure group. */
    T apply(A item) throws Exception;
}
