package io.anyio.stream;

import org.jspecify.annotations.Nullable;

/**
 * Items in both directions. AnyIO: {@code ObjectStream}.
 *
 * <p>The directions are independent: one task may receive while another one sends.
 *
 * @param <T> the type of the items
 */
public interface ObjectStream<T extends @Nullable Object> extends ObjectReceiveStream<T>, ObjectSendStream<T> {

    /**
     * Tells the other side that nothing more will be sent, behind what was sent; receiving goes on. Idempotent; not a
     * checkpoint. AnyIO: {@code send_eof}.
     *
     * @throws io.anyio.resource.ClosedResourceException when the stream was closed on this side
     */
    void sendEof();

    /** Closes both directions. Any thread; idempotent. */
    @Override
    void close();
}
