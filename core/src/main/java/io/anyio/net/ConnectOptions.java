package io.anyio.net;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options for making a connection. Immutable. AnyIO: the arguments of {@code connect_tcp}. */
public final class ConnectOptions {

    /** The default options: small segments are sent immediately, and the system picks the local address. */
    public static final ConnectOptions DEFAULTS = new ConnectOptions(new Values());

    /** The mutable form of the options, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private boolean tcpNoDelay = true;
        private @Nullable InetSocketAddress localAddress;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private ConnectOptions(Values values) {
        this.values = values;
    }

    /** Returns these options with small segments sent immediately (true, the default) or delayed and combined. */
    public ConnectOptions withTcpNoDelay(boolean noDelay) {
        Values changed = values.copy();
        changed.tcpNoDelay = noDelay;
        return new ConnectOptions(changed);
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
        Values changed = values.copy();
        changed.localAddress = address;
        return new ConnectOptions(changed);
    }

    /** Whether small segments are sent immediately. */
    public boolean tcpNoDelay() {
        return values.tcpNoDelay;
    }

    /** Returns the address to connect from, if one was given. */
    public Optional<InetSocketAddress> localAddress() {
        return Optional.ofNullable(values.localAddress);
    }

    @Override
    public String toString() {
        return "ConnectOptions[tcpNoDelay=" + values.tcpNoDelay + ", localAddress=" + values.localAddress + "]";
    }
}
