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

/** Keeps a listening socket to the family of its address, IPv4 or IPv6: Netty opens sockets for both of them. */
final class OneFamily {
    /*
     * The socket of an IPv4 address is an IPv4 socket, where Netty can make one (NIO, epoll). That of an IPv6 address has
     * IPV6_V6ONLY set, where there is such an option (the native transports). What remains is the wildcard of IPv6 on NIO,
     * that of IPv4 on io_uring and kqueue, and sockets of factories that are not ours: there clients of the other family
     * reach us, and are reset before a task is offered them.
     */

    /** IPPROTO_IPV6, the same on all systems. */
    private static final int LEVEL = 41;

    /** The number of the option in the headers of Linux and of the BSDs. */
    private static final IntegerUnixChannelOption IPV6_ONLY =
            new IntegerUnixChannelOption("IPV6_V6ONLY", LEVEL, Transports.isLinux() ? 26 : 27);

    private final InetAddress listening;

    private OneFamily(InetAddress listening) {
        this.listening = listening;
    }

    /** The restriction for a listener, or null when it is for both families. */
    static @Nullable OneFamily of(InetSocketAddress local, SocketSettings settings) {
        InetAddress listening = local.getAddress();
        return settings.bothFamilies() && listening.isAnyLocalAddress() ? null : new OneFamily(listening);
    }

    boolean isIpv4() {
        return listening instanceof Inet4Address;
    }

    /** Tells the system, as far as it can be told. Before the socket is bound. */
    void restrict(Channel server) {
        if (!isIpv4() && server instanceof UnixChannel) {
            try {
                server.config().setOption(IPV6_ONLY, 1);
            } catch (ChannelException noIpv6) {
                // binding will say so
            }
        }
    }

    /**
     * Whether a socket can be connected to an address at all. Netty's sockets are for IPv4 only where there is no IPv6,
     * and one of io_uring would connect to an address made of four bytes of the other.
     */
    static boolean isReachable(InetSocketAddress remote, Channel client) {
        return !(remote.getAddress() instanceof Inet6Address && client instanceof UnixChannel)
                || Socket.isIPv6Preferred();
    }

    /** Whether a client is of this family. */
    boolean admits(Channel client) {
        return !listening.isAnyLocalAddress() // which only its own family can reach
                || (client.remoteAddress() instanceof InetSocketAddress remote
                        && (remote.getAddress() instanceof Inet6Address) != isIpv4());
    }

    /** The address that was asked for, where the system may show that of a socket for both families. */
    InetSocketAddress shown(InetSocketAddress bound) {
        return listening.isAnyLocalAddress() ? new InetSocketAddress(listening, bound.getPort()) : bound;
    }
}
