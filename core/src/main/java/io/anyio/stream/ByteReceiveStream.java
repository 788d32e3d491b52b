package io.anyio.stream;

import java.nio.ByteBuffer;

/**
 * Bytes that come in, in order. AnyIO: {@code ByteReceiveStream}.
 *
 * <p>What one call gives has nothing to do with what one call on the other side sent. One task at a time may receive.
 * Every method that receives is a checkpoint; when it is cancelled, no byte is lost: the next call gets what this one
 * did not.
 *
 * <p>While nobody receives, a stream of the network reads only a little ahead; then the system keeps the bytes until
 * the other side has to wait. How little, and what the other side's end may add, {@link io.anyio.net.SocketStream}
 * says.
 *
 * @see io.anyio.resource.ClosedResourceException
 */
public interface ByteReceiveStream extends AutoCloseable {

    /** How many bytes {@link #receive()} gives at most. */
    int DEFAULT_MAX = 65_536;

    /** {@link #receive(int)} with at most {@value #DEFAULT_MAX} bytes. A checkpoint. */
    default byte[] receive() {
        return receive(DEFAULT_MAX);
    }

    /**
     * Waits until there is something to receive. A checkpoint.
     *
     * @param max the most bytes to give, at least 1
     * @return at least one byte
     * @throws EndOfStreamException when the other side has sent all it had
     * @throws io.anyio.resource.ClosedResourceException when the stream was closed on this side, before or meanwhile
     * @throws io.anyio.resource.BrokenResourceException when the connection broke, with the system's error as cause
     * @throws io.anyio.resource.BusyResourceException when another task is receiving
     * @throws IllegalArgumentException when {@code max} is less than 1
     */
    byte[] receive(int max);

    /**
     * {@link #receive(int)} into a buffer of the caller: fills {@code target} from its position on, as far as bytes are
     * there, and moves the position past them. A checkpoint. When it throws, nothing was received and the position
     * stands.
     *
     * @return how many bytes were received, at least 1
     * @throws IllegalArgumentException when {@code target} has no room or is read-only
     */
    int receive(ByteBuffer target);

    /** Closes the stream; see the kind of stream for what becomes of the other direction. Any thread; idempotent. */
    @Override
    void close();
}
