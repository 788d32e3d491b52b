package io.anyio.stream;

import org.jspecify.annotations.Nullable;

/**
 * A stream of outgoing items, in order and without loss. AnyIO: {@code ObjectSendStream}.
 *
 * @param <T> the type of the items
 */
public interface ObjectSendStream<T extends @Nullable Object> extends AutoCloseable {

    /**
     * Sends an item, and waits until the stream has taken it. A checkpoint.
     *
     * @throws io.anyio.resource.ClosedResourceException when this stream was closed on this side
     * @throws io.anyio.resource.BrokenResourceException when the stream broke, or no receiver is left
     */
    void send(T item);

    /** Closes the stream. Idempotent. May be called from any thread. */
    @Override
    void close();
}
