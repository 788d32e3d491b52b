package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.netty.NettyBackendProvider;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.Transport;
import io.anyio.testsuite.guarantees.BoundedTestBase;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUringIoHandler;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Base of the tests of guarantees that concern Netty: its transports and groups of loops. */
abstract class NettyGuaranteeTestBase extends BoundedTestBase {

    static Stream<Transport> transports() {
        return new NettyBackendProvider()
                .variants().stream().map(options -> options.transport().orElseThrow());
    }

    /** Runs {@code main} on one loop of this transport, in bounded time. */
    static void run(Transport transport, Block<Exception> main) throws Exception {
        bounded(() -> {
            AnyIO.run(main, NettyOptions.DEFAULTS.withTransport(transport));
            return null;
        });
    }

    static IoHandlerFactory handlers(Transport transport) {
        return switch (transport) {
            case NIO -> NioIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case KQUEUE -> KQueueIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
        };
    }

    static MultiThreadIoEventLoopGroup group(Transport transport, int loops) {
        return new MultiThreadIoEventLoopGroup(loops, handlers(transport));
    }

    static void shutDown(EventLoopGroup group) {
        var _ = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        assertThat(group.terminationFuture().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }
}
