package io.anyio.netty.transport;

import io.anyio.spi.OneFamily;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Restricts the sockets of listeners to one family, IPv4 or IPv6. Netty opens sockets for both families. */
public final class Ipv6Only {
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

    private Ipv6Only() {}

    /** Restricts a socket to its family, as far as the system can. Must be called before the socket is bound. */
    public static void restrict(Channel server, OneFamily family) {
        if (!family.isIpv4() && server instanceof UnixChannel) {
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
    public static boolean isReachable(InetSocketAddress remote, Channel client) {
        return !(remote.getAddress() instanceof Inet6Address && client instanceof UnixChannel)
                || Socket.isIPv6Preferred();
    }
}
