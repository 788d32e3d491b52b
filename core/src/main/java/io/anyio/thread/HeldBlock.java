package io.anyio.thread;

import org.jspecify.annotations.Nullable;

/**
 * A block that holds a value for another thread: it makes the value, holds it until that thread no longer needs it, and
 * cleans up. AnyIO: an asynchronous context manager.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface HeldBlock<T extends @Nullable Object> {

    /** Runs the block in a task. Must call {@link Holder#hold} once. */
    void run(Holder<T> holder) throws Exception;

    /**
     * The side of the block.
     *
     * @param <T> the type of the value
     */
    interface Holder<T extends @Nullable Object> {

        /**
         * Gives {@code value} to the other thread, and waits until that thread closes it. A checkpoint. If the other
         * thread has failed, throws its failure unchanged; a block that catches it keeps it from that thread.
         *
         * @throws IllegalStateException when called a second time
         * @throws io.anyio.Cancelled when the task of the block is cancelled
         */
        void hold(T value);
    }
}
