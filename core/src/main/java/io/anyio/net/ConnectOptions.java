package io.anyio.net;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a connection is made. Immutable. AnyIO: the arguments of {@code connect_tcp}. */
public final class ConnectOptions {

    /** Small segments are sent at once; the system picks the local address. */
    public static final ConnectOptions DEFAULTS = new ConnectOptions(true, null);

    private final boolean tcpNoDelay;
    private final @Nullable InetSocketAddress localAddress;

    private ConnectOptions(boolean tcpNoDelay, @Nullable InetSocketAddress localAddress) {
        this.tcpNoDelay = tcpNoDelay;
        this.localAddress = localAddress;
    }

    /** With small segments sent at once (true, the default), or held back to be joined. */
    public ConnectOptions withTcpNoDelay(boolean noDelay) {
        return new ConnectOptions(noDelay, localAddress);
    }

    /**
     * With the address and port to connect from; port 0 lets the system pick one. A wildcard address gives the port
     * alone and fits IPv4 and IPv6, any other address its own family only. AnyIO: {@code local_host} and
     * {@code local_port}.
     *
     * @throws IllegalArgumentException when the address is not resolved
     */
    public ConnectOptions withLocalAddress(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(address + " is not resolved; give an IP address");
        }
        return new ConnectOptions(tcpNoDelay, address);
    }

    /** Whether small segments are sent at once. */
    public boolean tcpNoDelay() {
        return tcpNoDelay;
    }

    /** The address to connect from, if one was given. */
    public Optional<InetSocketAddress> localAddress() {
        return Optional.ofNullable(localAddress);
    }

    @Override
    public String toString() {
        return "ConnectOptions[tcpNoDelay=" + tcpNoDelay + ", localAddress=" + localAddress + "]";
    }
}
