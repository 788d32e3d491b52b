package io.anyio.task;

import org.jspecify.annotations.Nullable;

/**
 * Code that processes an item in a task of its own, without a value. See {@link Tasks#forEach(Iterable, ItemBlock)}.
 *
 * <p>AnyIO: the function that {@code amap} is given, when it returns nothing.
 */
@FunctionalInterface
public interface ItemBlock<A extends @Nullable Object> {

    /** Processes the item. An exception is thrown to the caller as a member of a failure group. */
    void run(A item) throws Exception;
}
