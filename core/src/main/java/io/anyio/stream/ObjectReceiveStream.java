package io.anyio.stream;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A stream of incoming items, in order and without loss. AnyIO: {@code ObjectReceiveStream}.
 *
 * <p>A for loop over the stream receives items until the stream has ended; each iteration is a checkpoint:
 *
 * <pre>{@code
 * for (String line : lines) {
 *     ...
 * }
 * }</pre>
 *
 * @param <T> the type of the items
 */
public interface ObjectReceiveStream<T extends @Nullable Object> extends AutoCloseable, Iterable<T> {

    /**
     * Waits for the next item and returns it. A checkpoint. Cancelling it loses no item.
     *
     * @throws EndOfStreamException when the other side has sent all its items
     * @throws io.anyio.resource.ClosedResourceException when this stream was closed on this side
     * @throws io.anyio.resource.BrokenResourceException when the stream broke
     */
    T receive();

    /**
     * Returns an iterator over the remaining items, for use by one task. {@link Iterator#hasNext} receives, so it waits
     * and is a checkpoint. It returns false at the end of the stream and throws every other exception of
     * {@link #receive}. An item that it has received belongs to this iterator.
     */
    @Override
    default Iterator<T> iterator() {
        return new ReceiveIterator<>(this);
    }

    /** Closes the stream. Idempotent. May be called from any thread. */
    @Override
    void close();
}
