package io.anyio.spi;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Sockets, reduced to what differs between backends. Guards, end of stream, closed and broken are decided in core.
 *
 * <p>The blocking methods here and in the transports are called by tasks, wait through {@code io.anyio.Suspension} and
 * so throw {@code io.anyio.Cancelled}. Addresses are always resolved.
 *
 * <p>AnyIO: {@code connect_tcp} and {@code create_tcp_listener} of {@code AsyncBackend}.
 */
public interface Network {

    /**
     * Connects to one address. When cancelled, no connection is left behind. Both addresses are of one family.
     *
     * @throws IOException what the operating system said
     */
    ByteTransport connect(InetSocketAddress remote, @Nullable InetSocketAddress local, SocketSettings settings)
            throws IOException;

    /**
     * Binds and listens on one address. Connections are accepted by loop {@code loop} of the run, counted from 0. A
     * client of the other family (IPv4, IPv6) is never accepted, unless the address is a wildcard and
     * {@link SocketSettings#bothFamilies} says so.
     *
     * @throws IOException what the operating system said
     */
    AcceptTransport listen(InetSocketAddress local, int loop, SocketSettings settings) throws IOException;
}
