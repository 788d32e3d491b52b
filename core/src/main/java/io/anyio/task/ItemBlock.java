package io.anyio.task;

import org.jspecify.annotations.Nullable;

/**
 * Code that does something with an item, in a task of its own, and gives no value. See {@link Tasks#forEach(Iterable,
 * ItemBlock)}.
 *
 * <p>AnyIO: the function that {@code amap} is given, when it returns nothing.
 */
@FunctionalInterface
public interface ItemBlock<A extends @Nullable Object> {

    /** Does it. Whatever it throws leaves as a member of a failure group. */
    void run(A item) throws Exception;
}
