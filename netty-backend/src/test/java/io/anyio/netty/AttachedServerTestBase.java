package io.anyio.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUringIoHandler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Base of tests with a server of Netty, as other code would write it, on loops that the library does not own. */
public abstract class AttachedServerTestBase extends NettyTestBase {
    private @Nullable EventLoopGroup group;
    private final List<Channel> servers = new ArrayList<>();

    /** Returns the group of the test, made by the first call. */
    protected final EventLoopGroup group(Transport transport, int loops) {
        EventLoopGroup made = group;
        if (made == null) {
            made = new MultiThreadIoEventLoopGroup(
                    loops,
                    switch (transport) {
                        case NIO -> NioIoHandler.newFactory();
                        case EPOLL -> EpollIoHandler.newFactory();
                        case KQUEUE -> KQueueIoHandler.newFactory();
                        case IO_URING -> IoUringIoHandler.newFactory();
                    });
            group = made;
        }
        return made;
    }

    @AfterEach
    final void shutDown() {
        for (Channel server : servers) {
            if (!server.eventLoop().isShuttingDown()) { // on io_uring the end of a loop leaves its sockets open
                server.close().awaitUninterruptibly(30, TimeUnit.SECONDS);
            }
        }
        if (group != null) {
            var _ = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
            group.terminationFuture().awaitUninterruptibly(30, TimeUnit.SECONDS);
        }
    }

    /** Starts a server of Netty, and returns its port. */
    protected final int serve(Transport transport, Consumer<Channel> pipeline) throws Exception {
        EventLoopGroup loops = group(transport, 1);
        Channel server = new ServerBootstrap()
                .group(loops)
                .channelFactory(channels(transport).server())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        pipeline.accept(channel);
                    }
                })
                .bind(LOOPBACK, 0)
                .sync()
                .channel();
        servers.add(server);
        return ((InetSocketAddress) server.localAddress()).getPort();
    }
}
