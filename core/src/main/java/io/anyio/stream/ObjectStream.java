package io.anyio.stream;

import org.jspecify.annotations.Nullable;

/**
 * A stream of items in both directions. AnyIO: {@code ObjectStream}.
 *
 * <p>The directions are independent: one task may receive while another task sends.
 *
 * @param <T> the type of the items
 */
public interface ObjectStream<T extends @Nullable Object> extends ObjectReceiveStream<T>, ObjectSendStream<T> {

    /**
     * Sends the end of the stream after the items sent so far; receiving remains possible. Idempotent. Not a
     * checkpoint. AnyIO: {@code send_eof}.
     *
     * @throws io.anyio.resource.ClosedResourceException when the stream was closed on this side
     */
    void sendEof();

    /** Closes both directions. Idempotent. May be called from any thread. */
    @Override
    void close();
}
