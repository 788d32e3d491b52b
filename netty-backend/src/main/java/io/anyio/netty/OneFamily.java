package io.anyio.netty;

import io.anyio.spi.SocketSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Restricts a listening socket to the family of its address, IPv4 or IPv6. Netty opens sockets for both families. */
final class OneFamily {
    /*
     * The socket of an IPv4 address is an IPv4 socket where Netty can create one (NIO, epoll). The socket of an IPv6
     * address has IPV6_V6ONLY set where that option exists (the native transports). The remaining cases are the IPv6
     * wildcard on NIO, the IPv4 wildcard on io_uring and kqueue, and sockets of factories that are not ours: there
     * clients of the other family can connect, and are reset before they are offered to a task.
     */

    /** IPPROTO_IPV6, the same on all systems. */
    private static final int LEVEL = 41;

    /** The number of the option in the headers of Linux and of the BSDs. */
    private static final IntegerUnixChannelOption IPV6_ONLY =
            new IntegerUnixChannelOption("IPV6_V6ONLY", LEVEL, TransportSupport.isLinux() ? 26 : 27);

    private final InetAddress listening;

    private OneFamily(InetAddress listening) {
        this.listening = listening;
    }

    /** Returns the restriction of a listener, or null if it serves both families. */
    static @Nullable OneFamily of(InetSocketAddress local, SocketSettings settings) {
        InetAddress listening = local.getAddress();
        return settings.bothFamilies() && listening.isAnyLocalAddress() ? null : new OneFamily(listening);
    }

    boolean isIpv4() {
        return listening instanceof Inet4Address;
    }

    /** Restricts the socket itself, as far as the system can. Must be called before the socket is bound. */
    void restrict(Channel server) {
        if (!isIpv4() && server instanceof UnixChannel) {
            try {
                server.config().setOption(IPV6_ONLY, 1);
            } catch (ChannelException noIpv6) {
                // binding will report it
            }
        }
    }

    /**
     * Returns whether a socket can be connected to an address. Netty's sockets are for IPv4 only on systems without
     * IPv6. On io_uring, such a socket would connect to an address made of four bytes of an IPv6 address.
     */
    static boolean isReachable(InetSocketAddress remote, Channel client) {
        return !(remote.getAddress() instanceof Inet6Address && client instanceof UnixChannel)
                || Socket.isIPv6Preferred();
    }

    /** Returns whether a client is of this family. */
    boolean admits(Channel client) {
        return !listening.isAnyLocalAddress() // only its own family can reach it
                || (client.remoteAddress() instanceof InetSocketAddress remote
                        && (remote.getAddress() instanceof Inet6Address) != isIpv4());
    }

    /** Returns the requested address, because the system may report that of a socket for both families. */
    InetSocketAddress shown(InetSocketAddress bound) {
        return listening.isAnyLocalAddress() ? new InetSocketAddress(listening, bound.getPort()) : bound;
    }
}
