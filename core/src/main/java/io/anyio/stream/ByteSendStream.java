package io.anyio.stream;

import java.nio.ByteBuffer;

/**
 * Bytes that go out, in order. AnyIO: {@code ByteSendStream}.
 *
 * <p>One task at a time may send. Sending is a checkpoint.
 */
public interface ByteSendStream extends AutoCloseable {

    /**
     * Sends all of {@code bytes}. A checkpoint. When it returns, the array may be used again; the bytes may still be on
     * their way to the operating system.
     *
     * <p>Cancelled before the first byte was accepted, it has sent nothing. Cancelled in between, which only happens to
     * more bytes than a stream accepts at once, it leaves the sending side broken: nobody could tell how much was sent.
     * Use {@link #send(ByteBuffer)} to go on after that.
     *
     * @throws io.anyio.resource.ClosedResourceException when the stream, or its sending side, was closed on this side
     * @throws io.anyio.resource.BrokenResourceException when the connection broke, with the system's error as cause
     * @throws io.anyio.resource.BusyResourceException when another task is sending
     */
    void send(byte[] bytes);

    /**
     * Sends what is between the position and the limit of {@code bytes}, and moves the position past what was accepted.
     * A checkpoint. When it is cancelled or fails, the position is at the first byte that was not accepted, so that
     * sending can go on from there.
     *
     * @throws io.anyio.resource.ClosedResourceException when the stream, or its sending side, was closed on this side
     * @throws io.anyio.resource.BrokenResourceException when the connection broke, with the system's error as cause
     * @throws io.anyio.resource.BusyResourceException when another task is sending
     */
    void send(ByteBuffer bytes);

    /** Closes the stream; see the kind of stream for what becomes of the other direction. Any thread; idempotent. */
    @Override
    void close();
}
