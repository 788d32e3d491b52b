package io.anyio.spi;

import java.io.IOException;
import java.net.SocketAddress;

/**
 * A listening socket. The core ensures that at most one task is in {@link #accept} at a time.
 *
 * <p>AnyIO: {@code SocketListener} as its backends implement it.
 */
public interface AcceptTransport {

    /**
     * Waits for the next connection. Cancelling it loses no connection. A peer that breaks its connection before it is
     * returned is skipped.
     *
     * @throws java.nio.channels.ClosedChannelException when closed, before or during the call
     * @throws IOException with the error of the operating system; the listener stays usable
     */
    ByteTransport accept() throws IOException;

    /**
     * Returns the address it is bound to; an internet address has the port that the system picked, if 0 was asked for.
     */
    SocketAddress localAddress();

    /** Stops listening and wakes the accepting task. Does not wait. Idempotent. May be called from any thread. */
    void close();

    /** After {@link #close}, waits until the address can be listened on again. */
    default void awaitClosed() {}
}
