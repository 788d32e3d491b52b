package io.anyio.stream;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Items that come in, in order, none lost. AnyIO: {@code ObjectReceiveStream}.
 *
 * <p>In a for loop it gives items until the stream has ended; each turn of the loop is a checkpoint:
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
     * Waits for the next item. A checkpoint; when it is cancelled, no item is lost.
     *
     * @throws EndOfStreamException when the other side has sent all it had
     * @throws io.anyio.resource.ClosedResourceException when this stream was closed on this side
     * @throws io.anyio.resource.BrokenResourceException when the stream broke
     */
    T receive();

    /**
     * What is still to come. {@link Iterator#hasNext} receives, so it waits and is a checkpoint; it is false at the end
     * of the stream and passes on every other exception of {@link #receive}. An item that it has found belongs to this
     * iterator. For one task.
     */
    @Override
    default Iterator<T> iterator() {
        return new ReceivedItems<>(this);
    }

    /** Closes the stream. Any thread; idempotent. */
    @Override
    void close();
}
