package io.anyio.jdk;

import io.anyio.lowlevel.Suspension;
import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.Network;
import io.anyio.spi.OneFamily;
import io.anyio.spi.SocketSettings;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The network of a run: opens sockets on its loops. */
final class JdkNetwork implements Network {
    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows");

    private final List<JdkLoopDriver> loops;

    JdkNetwork(List<JdkLoopDriver> loops) {
        this.loops = loops;
    }

    List<JdkLoopDriver> loops() {
        return loops;
    }

    @Override
    public ByteTransport connect(SocketAddress to, @Nullable SocketAddress from, SocketSettings settings)
            throws IOException {
        InetSocketAddress remote = internet(to);
        InetSocketAddress local = from == null ? null : internet(from);
        var wait = Suspension.create("connect to " + remote, this::isLoopThread);
        JdkLoopDriver home = loops.get(wait.loop());
        SocketChannel channel = newClient(remote, settings);
        return new PendingConnect(channel, home, remote, local, wait).await();
    }

    private static SocketChannel newClient(InetSocketAddress remote, SocketSettings settings) throws IOException {
        SocketChannel channel;
        try {
            channel = SocketChannel.open(familyOf(remote));
        } catch (UnsupportedOperationException noIpv6) {
            throw SocketErrors.connecting(noIpv6);
        }
        try {
            configure(channel, settings);
            return channel;
        } catch (Throwable refused) {
            channel.close();
            throw refused;
        }
    }

    /** Sets the options of a connection. */
    static void configure(SocketChannel channel, SocketSettings settings) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, settings.tcpNoDelay());
    }

    @Override
    public AcceptTransport listen(SocketAddress at, int loop, SocketSettings settings) throws IOException {
        InetSocketAddress local = internet(at);
        OneFamily family = OneFamily.of(local, settings);
        ServerSocketChannel channel;
        try {
            channel = family == null ? ServerSocketChannel.open() : ServerSocketChannel.open(familyOf(local));
        } catch (UnsupportedOperationException noIpv6) {
            throw SocketErrors.binding(noIpv6);
        }
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, !WINDOWS); // there it would allow two listeners
            if (settings.reusePort()) {
                reusePort(channel);
            }
            bind(channel, local, settings.backlog());
            return new ListeningSocket(this, channel, loops.get(loop), settings, family).open();
        } catch (Throwable refused) {
            channel.close();
            throw refused;
        }
    }

    private static void bind(ServerSocketChannel channel, InetSocketAddress local, int backlog) throws IOException {
        try {
            channel.bind(local, backlog);
        } catch (IOException refused) {
            throw SocketErrors.binding(refused);
        }
    }

    private static void reusePort(ServerSocketChannel channel) throws IOException {
        if (!channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            throw new IOException("This system cannot share a port (SO_REUSEPORT)");
        }
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }

    private static ProtocolFamily familyOf(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
    }

    private static InetSocketAddress internet(SocketAddress address) {
        if (address instanceof InetSocketAddress internet) {
            return internet;
        }
        throw new UnsupportedOperationException(
                "The backend 'jdk' has no sockets for addresses such as " + address + "; use an internet address");
    }

    /** Returns whether a thread does the I/O of one of the loops. A task on such a thread runs on its own loop. */
    private boolean isLoopThread(Thread thread) {
        for (JdkLoopDriver driver : loops) {
            if (driver.loop().isThread(thread)) {
                return true;
            }
        }
        return false;
    }
}
