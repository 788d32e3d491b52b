package io.anyio.spi;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A listening socket. At most one task is in {@link #accept} at a time; core sees to that.
 *
 * <p>AnyIO: {@code SocketListener} as its backends implement it.
 */
public interface AcceptTransport {

    /**
     * Waits for the next connection. Cancelling it loses no connection.
     *
     * @throws java.nio.channels.ClosedChannelException when closed before or meanwhile
     * @throws IOException what the operating system said; the listener stays usable
     */
    ByteTransport accept() throws IOException;

    /** The address it is bound to, with the port the system picked. */
    InetSocketAddress localAddress();

    /** Stops listening and wakes the accepting task. Idempotent, any thread, does not wait. */
    void close();

    /** After {@link #close}: waits until the address can be listened on again. */
    default void awaitClosed() {}
}
