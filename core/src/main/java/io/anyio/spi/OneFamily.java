package io.anyio.spi;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The restriction of a listening socket to the family of its address, IPv4 or IPv6, as {@link Network#listen} demands.
 * A backend whose sockets for IPv6 also accept IPv4 clients checks each client with {@link #admits}. May be used by any
 * thread.
 *
 * <p>AnyIO: the option {@code IPV6_V6ONLY} that {@code create_tcp_listener} sets.
 */
public final class OneFamily {
    private final InetAddress listening;

    private OneFamily(InetAddress listening) {
        this.listening = listening;
    }

    /** Returns the restriction of a listener on a resolved address, or null if it serves both families. */
    public static @Nullable OneFamily of(InetSocketAddress local, SocketSettings settings) {
        InetAddress listening = local.getAddress();
        return settings.bothFamilies() && listening.isAnyLocalAddress() ? null : new OneFamily(listening);
    }

    /** Returns whether the family is IPv4. */
    public boolean isIpv4() {
        return listening instanceof Inet4Address;
    }

    /** Returns whether a client with this address is of this family. */
    public boolean admits(@Nullable SocketAddress client) {
        return !listening.isAnyLocalAddress() // only its own family can reach it
                || (client instanceof InetSocketAddress remote
                        && (remote.getAddress() instanceof Inet6Address) != isIpv4());
    }

    /**
     * Returns the address to report for a listener that is bound to {@code bound}: for a wildcard the requested one
     * with the bound port, because the system may report the wildcard of the other family.
     */
    public InetSocketAddress shown(InetSocketAddress bound) {
        return listening.isAnyLocalAddress() ? new InetSocketAddress(listening, bound.getPort()) : bound;
    }
}
