package io.anyio.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The two families of IP addresses, IPv4 and IPv6, and which addresses can share a socket. */
final class Families {
    /** Every IPv4 address of this machine; with both families requested, IPv6 too. Exists on every system. */
    static final InetAddress ANY = wildcard(4);

    private static final InetAddress ANY_IPV6 = wildcard(16);

    private Families() {}

    private static InetAddress wildcard(int length) {
        try {
            return InetAddress.getByAddress(new byte[length]);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Whether the addresses contain the wildcards of both families, which then share one socket. */
    static boolean areBoth(Collection<InetAddress> addresses) {
        return addresses.contains(ANY) && addresses.contains(ANY_IPV6);
    }

    /** Returns the addresses without the IPv6 wildcard, which {@link #ANY} includes. */
    static List<InetAddress> joined(Collection<InetAddress> addresses) {
        return addresses.stream().filter(address -> !address.equals(ANY_IPV6)).toList();
    }

    /**
     * Returns the addresses that can be connected to from the local address, at least one.
     *
     * @throws SocketException when there are none
     */
    static List<InetAddress> reachable(List<InetAddress> remotes, @Nullable InetSocketAddress local)
            throws SocketException {
        if (local == null || local.getAddress().isAnyLocalAddress()) {
            return remotes;
        }
        boolean six = isIpv6(local.getAddress());
        List<InetAddress> fitting =
                remotes.stream().filter(remote -> isIpv6(remote) == six).toList();
        if (fitting.isEmpty()) {
            throw new SocketException("the local address " + local.getAddress().getHostAddress() + " is "
                    + (six ? "IPv6, and the host has only IPv4" : "IPv4, and the host has only IPv6")
                    + " addresses; give a local address of that family");
        }
        return fitting;
    }

    /** Returns the local address for a reachable remote one; a wildcard becomes that of the remote address's family. */
    static @Nullable InetSocketAddress local(@Nullable InetSocketAddress local, InetAddress remote) {
        return local != null && local.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(isIpv6(remote) ? ANY_IPV6 : ANY, local.getPort())
                : local;
    }

    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }
}
