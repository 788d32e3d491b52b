package io.anyio.stream;

import java.nio.ByteBuffer;

/**
 * A stream of incoming bytes, in order. AnyIO: {@code ByteReceiveStream}.
 *
 * <p>The sizes of received pieces are unrelated to the sizes that the other side sent. Only one task at a time may
 * receive. Every method that receives is a checkpoint. Cancelling it loses no byte: the next call gets what it left.
 *
 * <p>While no task receives, a network stream reads only a little ahead. Then the system keeps the bytes until the
 * other side has to wait. {@link io.anyio.net.SocketStream} says how much is read ahead, and how the end of the other
 * side affects this.
 *
 * @see io.anyio.resource.ClosedResourceException
 */
public interface ByteReceiveStream extends AutoCloseable {

    /** The largest number of bytes that {@link #receive()} returns. */
    int DEFAULT_MAX = 65_536;

    /** Receives at most {@value #DEFAULT_MAX} bytes; see {@link #receive(int)}. A checkpoint. */
    default byte[] receive() {
        return receive(DEFAULT_MAX);
    }

    /**
     * Waits until bytes are available and returns them. A checkpoint.
     *
     * @param max the largest number of bytes to return, at least 1
     * @return at least one byte
     * @throws EndOfStreamException when the other side has sent all its bytes
     * @throws io.anyio.resource.ClosedResourceException when the stream was closed on this side, also during the call
     * @throws io.anyio.resource.BrokenResourceException when the connection broke, with the system's error as cause
     * @throws io.anyio.resource.BusyResourceException when another task is receiving
     * @throws IllegalArgumentException when {@code max} is less than 1
     */
    byte[] receive(int max);

    /**
     * Receives into a buffer of the caller: puts the available bytes into {@code target} from its position on, as far
     * as they fit, and moves the position past them. A checkpoint. When it throws, which it does as
     * {@link #receive(int)}, nothing was received and the position is unchanged.
     *
     * @return the number of bytes received, at least 1
     * @throws IllegalArgumentException when {@code target} has no room or is read-only
     */
    int receive(ByteBuffer target);

    /**
     * Closes the stream; its kind defines the effect on the other direction. Idempotent. May be called from any thread.
     */
    @Override
    void close();
}
