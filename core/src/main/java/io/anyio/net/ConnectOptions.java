package io.anyio.net;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options for making a connection. Immutable. AnyIO: the arguments of {@code connect_tcp}. */
public final class ConnectOptions {

    /** The default options: small segments are sent immediately, and the system picks the local address. */
    public static final ConnectOptions DEFAULTS = new ConnectOptions(true, null);

    private final boolean tcpNoDelay;
    private final @Nullable InetSocketAddress localAddress;

    private ConnectOptions(boolean tcpNoDelay, @Nullable InetSocketAddress localAddress) {
        this.tcpNoDelay = tcpNoDelay;
        this.localAddress = localAddress;
    }

    /** Returns these options with small segments sent immediately (true, the default) or delayed and combined. */
    public ConnectOptions withTcpNoDelay(boolean noDelay) {
        return new ConnectOptions(noDelay, localAddress);
    }

    /**
     * Returns these options with a local address and port to connect from. Port 0 lets the system pick one. A wildcard
     * address sets only the port and fits IPv4 and IPv6; any other address fits its own family only. AnyIO:
     * {@code local_host} and {@code local_port}.
     *
     * @throws IllegalArgumentException when the address is not resolved
     */
    public ConnectOptions withLocalAddress(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(address + " is not resolved; give an IP address");
        }
        return new ConnectOptions(tcpNoDelay, address);
    }

    /** Whether small segments are sent immediately. */
    public boolean tcpNoDelay() {
        return tcpNoDelay;
    }

    /** Returns the address to connect from, if one was given. */
    public Optional<InetSocketAddress> localAddress() {
        return Optional.ofNullable(localAddress);
    }

    @Override
    public String toString() {
        return "ConnectOptions[tcpNoDelay=" + tcpNoDelay + ", localAddress=" + localAddress + "]";
    }
}
