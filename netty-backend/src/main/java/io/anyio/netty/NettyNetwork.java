package io.anyio.netty;

import io.anyio.lowlevel.Suspension;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.netty.tcp.ChannelListener;
import io.anyio.netty.tcp.ChannelSetup;
import io.anyio.netty.transport.ChannelFactories;
import io.anyio.netty.transport.Ipv6Only;
import io.anyio.netty.transport.SystemErrors;
import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.Network;
import io.anyio.spi.OneFamily;
import io.anyio.spi.SocketSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The network of a run: creates channels on its loops. It is in the uppermost package of the backend, because a server
 * whose classes are in folders loads the classes of the network's package, and of those below it, in advance.
 */
final class NettyNetwork implements Network {
    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows");

    private static final String ENDED = "The event loop has ended";

    private final List<NettyLoopDriver> drivers;
    private final ChannelSetup setup;

    NettyNetwork(List<NettyLoopDriver> drivers, @Nullable ChannelFactories types) {
        this.drivers = drivers;
        this.setup = new ChannelSetup(drivers, types);
    }

    List<NettyLoopDriver> drivers() {
        return drivers;
    }

    @Override
    public ByteTransport connect(SocketAddress to, @Nullable SocketAddress from, SocketSettings settings)
            throws IOException {
        InetSocketAddress remote = internet(to);
        InetSocketAddress local = from == null ? null : internet(from);
        var wait = Suspension.create("connect to " + remote, this::isLoopThread);
        NettyLoopDriver driver = drivers.get(wait.loop());
        Channel channel = newClient();
        if (!Ipv6Only.isReachable(remote, channel)) {
            channel.unsafe().closeForcibly();
            throw SystemErrors.connecting(new UnsupportedAddressTypeException());
        }
        var transport = setup.transport(channel, driver);
        ChannelPromise connected = channel.newPromise();
        connected.addListener(_ -> wait.resume());
        try {
            setup.configure(channel, settings);
        } catch (ChannelException refused) {
            channel.unsafe().closeForcibly();
            throw SystemErrors.precise(refused);
        }
        register(channel, driver, connected, () -> {
            var _ = channel.connect(remote, local, connected);
        });
        await(wait, connected, channel, SystemErrors::connecting);
        return transport.open();
    }

    @Override
    public AcceptTransport listen(SocketAddress at, int loop, SocketSettings settings) throws IOException {
        InetSocketAddress local = internet(at);
        var wait = Suspension.create("listen on " + local, drivers.get(loop).loopThread());
        NettyLoopDriver driver = drivers.get(loop);
        OneFamily family = OneFamily.of(local, settings);
        Channel channel = newServer(family);
        var listener = new ChannelListener(setup, channel, driver, settings, family);
        ChannelPromise bound = channel.newPromise();
        bound.addListener(_ -> wait.resume());
        try {
            ChannelConfig config = channel.config();
            config.setOption(ChannelOption.SO_BACKLOG, settings.backlog());
            if (!WINDOWS) { // on Windows it would allow two listeners on one port
                config.setOption(ChannelOption.SO_REUSEADDR, true);
            }
            if (settings.reusePort()) {
                reusePort(channel);
            }
            if (family != null) {
                Ipv6Only.restrict(channel, family);
            }
        } catch (ChannelException refused) {
            channel.unsafe().closeForcibly();
            throw SystemErrors.precise(refused);
        }
        register(channel, driver, bound, () -> {
            var _ = channel.bind(local, bound);
        });
        await(wait, bound, channel, SystemErrors::binding);
        return listener.open();
    }

    private static InetSocketAddress internet(SocketAddress address) {
        if (address instanceof InetSocketAddress internet) {
            return internet;
        }
        throw new UnsupportedOperationException(
                "The backend 'netty' has no sockets for addresses such as " + address + "; use an internet address");
    }

    private static void reusePort(Channel channel) {
        ChannelConfig config = channel.config();
        if (!config.setOption(UnixChannelOption.SO_REUSEPORT, true)
                && !config.setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true)) {
            throw new ChannelException("This transport cannot share a port (SO_REUSEPORT)");
        }
    }

    /**
     * Sets what a bootstrap with a handler lacks: the group, to that loop, and the channel type, to that of this
     * transport.
     */
    Bootstrap complete(Bootstrap bootstrap, int loop) {
        if (bootstrap.config().group() == null) {
            bootstrap.group(drivers.get(loop).eventLoop());
        }
        if (!hasChannelType(bootstrap)) {
            bootstrap.channelFactory(setup.types().client());
        }
        return bootstrap;
    }

    private static boolean hasChannelType(Bootstrap bootstrap) {
        try {
            bootstrap.validate();
            return true;
        } catch (IllegalStateException noFactory) {
            return false;
        }
    }

    private Channel newClient() throws IOException {
        try {
            return setup.types().client().newChannel();
        } catch (ChannelException refused) {
            throw SystemErrors.precise(refused);
        }
    }

    private Channel newServer(@Nullable OneFamily family) throws IOException {
        try {
            return family != null && family.isIpv4()
                    ? setup.types().ipv4Server().newChannel()
                    : setup.types().server().newChannel();
        } catch (ChannelException refused) {
            throw SystemErrors.precise(refused);
        }
    }

    /** Registers a channel with its loop, where {@code next} runs afterwards. A failure is passed to {@code done}. */
    private static void register(Channel channel, NettyLoopDriver driver, ChannelPromise done, Runnable next)
            throws IOException {
        if (driver.eventLoop().isShutdown()) {
            channel.unsafe().closeForcibly();
            throw new IOException(ENDED);
        }
        ChannelFuture registration = driver.eventLoop().register(channel);
        if (registration.cause() instanceof RejectedExecutionException sinceThen) {
            throw new IOException(ENDED, sinceThen); // no listener would run: they are called on the loop
        }
        registration.addListener(registered -> {
            if (registered.isSuccess()) {
                next.run();
            } else {
                done.tryFailure(registered.cause());
            }
        });
    }

    /** Returns whether a thread does the I/O of one of the loops. A task on such a thread runs on its own loop. */
    boolean isLoopThread(Thread thread) {
        for (NettyLoopDriver driver : drivers) {
            if (driver.loopThread().test(thread)) {
                return true;
            }
        }
        return false;
    }

    /** Waits for {@code done}, whose listener resumes {@code wait}. Closes the channel unless {@code done} succeeds. */
    private static void await(
            Suspension wait, ChannelFuture done, Channel channel, Function<Throwable, IOException> precise)
            throws IOException {
        try {
            wait.await();
        } catch (Throwable t) { // a cancellation, or a wait that is refused
            var _ = channel.close();
            throw t;
        }
        Throwable cause = done.cause();
        if (cause != null) {
            var _ = channel.close();
            throw precise.apply(cause);
        }
    }
}
