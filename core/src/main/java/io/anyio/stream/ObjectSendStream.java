package io.anyio.stream;

import org.jspecify.annotations.Nullable;

/**
 * Items that go out, in order, none lost. AnyIO: {@code ObjectSendStream}.
 *
 * @param <T> the type of the items
 */
public interface ObjectSendStream<T extends @Nullable Object> extends AutoCloseable {

    /**
     * Sends an item, and waits until the stream has taken it. A checkpoint.
     *
     * @throws io.anyio.resource.ClosedResourceException when this stream was closed on this side
     * @throws io.anyio.resource.BrokenResourceException when the stream broke, or nobody is left to receive
     */
    void send(T item);

    /** Closes the stream. Any thread; idempotent. */
    @Override
    void close();
}
