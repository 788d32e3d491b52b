package io.anyio.spi;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of a backend, reduced to what differs between backends. The core decides on guards, the end of a stream,
 * and closed and broken streams.
 *
 * <p>Tasks call the blocking methods of this interface and of the transports. These methods wait through
 * {@code io.anyio.lowlevel.Suspension}, so they throw {@code io.anyio.Cancelled}.
 *
 * <p>The class of an address selects the kind of socket: an {@link java.net.InetSocketAddress} TCP, a
 * {@link java.net.UnixDomainSocketAddress} a UNIX-domain socket. Internet addresses are always resolved. For a kind
 * that the backend lacks, the methods throw {@link UnsupportedOperationException}. The transports of a socket return
 * addresses of the class that it was opened with.
 *
 * <p>AnyIO: {@code connect_tcp} and {@code create_tcp_listener} of {@code AsyncBackend}.
 */
public interface Network {

    /**
     * Connects to one address, for the loop of the calling task. When cancelled, no connection is left open. Both
     * addresses are of one class and family.
     *
     * @throws IOException with the error of the operating system, also if it lacks the family of the addresses
     */
    ByteTransport connect(SocketAddress remote, @Nullable SocketAddress local, SocketSettings settings)
            throws IOException;

    /**
     * Binds and listens on one address. The loop with the number {@code loop}, counted from 0, accepts the connections.
     * A client of the other family (IPv4, IPv6) is never accepted, unless the address is a wildcard and
     * {@link SocketSettings#bothFamilies} is set.
     *
     * @throws IOException with the error of the operating system, also if it lacks the family of the address
     */
    AcceptTransport listen(SocketAddress local, int loop, SocketSettings settings) throws IOException;
}
