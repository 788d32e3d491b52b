package io.anyio.stream;

/**
 * A stream of bytes in both directions. AnyIO: {@code ByteStream}.
 *
 * <p>The directions are independent: one task may receive while another task sends.
 */
public interface ByteStream extends ByteReceiveStream, ByteSendStream {

    /**
     * Sends the end of the stream after the bytes sent so far; receiving remains possible. Idempotent. Not a
     * checkpoint. AnyIO: {@code send_eof}.
     *
     * @throws io.anyio.resource.ClosedResourceException when the stream was closed on this side
     * @throws io.anyio.resource.BusyResourceException when another task is sending
     */
    void sendEof();

    /** Closes both directions. Idempotent. May be called from any thread. */
    @Override
    void close();
}
