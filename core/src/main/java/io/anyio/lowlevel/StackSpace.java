package io.anyio.lowlevel;

import io.anyio.internal.StackRoom;

/**
 * The space that is left on the stack of the current thread. For implementers of primitives and backends.
 *
 * <p>A {@link StackOverflowError} is thrown on entry of a method, and thus in the middle of any operation. An operation
 * that takes something which would be lost if it did not complete checks the space before it begins.
 *
 * <p>AnyIO has no counterpart.
 */
public final class StackSpace {
    private StackSpace() {}

    /**
     * Makes sure that there is space for a few calls that allocate, access memory, and wake a task. Costs a few
     * nanoseconds. May be called from any thread.
     *
     * @throws StackOverflowError when there is too little
     */
    public static void require() {
        StackRoom.requireForOperation();
    }
}
