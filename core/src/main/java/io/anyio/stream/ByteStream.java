package io.anyio.stream;

/**
 * Bytes in both directions. AnyIO: {@code ByteStream}.
 *
 * <p>The directions are independent: one task may receive while another one sends.
 */
public interface ByteStream extends ByteReceiveStream, ByteSendStream {

    /**
     * Tells the other side that nothing more will be sent, behind what was sent; receiving goes on. Idempotent; not a
     * checkpoint. AnyIO: {@code send_eof}.
     *
     * @throws io.anyio.resource.ClosedResourceException when the stream was closed on this side
     * @throws io.anyio.resource.BusyResourceException when another task is sending
     */
    void sendEof();

    /** Closes both directions. Any thread; idempotent. */
    @Override
    void close();
}
