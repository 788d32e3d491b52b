package io.anyio.stream;

import java.nio.ByteBuffer;

/**
 * A stream of outgoing bytes, in order. AnyIO: {@code ByteSendStream}.
 *
 * <p>Only one task at a time may send. Sending is a checkpoint.
 */
public interface ByteSendStream extends AutoCloseable {

    /**
     * Sends all of {@code bytes}. A checkpoint. When it returns, the array may be reused; the bytes may still be on
     * their way to the operating system.
     *
     * <p>If cancelled before the first byte was accepted, it has sent nothing. If cancelled later, which happens only
     * to more bytes than a stream accepts at once, it leaves the sending side broken, because the number of bytes sent
     * is unknown. Use {@link #send(ByteBuffer)} to be able to continue.
     *
     * @throws io.anyio.resource.ClosedResourceException when the stream, or its sending side, was closed on this side
     * @throws io.anyio.resource.BrokenResourceException when the connection broke, with the system's error as cause
     * @throws io.anyio.resource.BusyResourceException when another task is sending
     */
    void send(byte[] bytes);

    /**
     * Sends the bytes between the position and the limit of {@code bytes}, and moves the position past the accepted
     * bytes. A checkpoint. When it is cancelled or fails, the position is at the first byte that was not accepted, so
     * that sending can be resumed from there.
     *
     * @throws io.anyio.resource.ClosedResourceException when the stream, or its sending side, was closed on this side
     * @throws io.anyio.resource.BrokenResourceException when the connection broke, with the system's error as cause
     * @throws io.anyio.resource.BusyResourceException when another task is sending
     */
    void send(ByteBuffer bytes);

    /**
     * Closes the stream; its kind defines the effect on the other direction. Idempotent. May be called from any thread.
     */
    @Override
    void close();
}
