package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.LoopKind;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An echo server on its own loop and on a port that the system assigns. */
final class EchoServer implements AutoCloseable {
    private static final String LOCALHOST = "127.0.0.1";
    private static final long PATIENCE_SECONDS = 20;

    private final MultiThreadIoEventLoopGroup group;
    private final @Nullable NettyRuntime runtime;
    private final InetSocketAddress address;

    private EchoServer(MultiThreadIoEventLoopGroup group, @Nullable NettyRuntime runtime, InetSocketAddress address) {
        this.group = group;
        this.runtime = runtime;
        this.address = address;
    }

    /** Starts a server, which listens when this returns. */
    static EchoServer open(LoopKind kind, EchoStyle style) throws Exception {
        var group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("echo-server", true), kind.handlers());
        try {
            if (style.isNetty()) {
                return new EchoServer(group, null, listenWithHandlers(group, kind));
            }
            NettyRuntime runtime = NettyRuntime.attach(group, NettyOptions.DEFAULTS.withCarrier(style.carrier()));
            return new EchoServer(group, runtime, listenWithTasks(runtime, kind, style));
        } catch (Throwable t) {
            var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw t;
        }
    }

    private static InetSocketAddress listenWithTasks(NettyRuntime runtime, LoopKind kind, EchoStyle style)
            throws Exception {
        if (!runtime.info().transport().equals(kind.label())) {
            throw new IllegalStateException("Requested transport=" + kind.label() + ", but got " + runtime.info());
        }
        var address = new CompletableFuture<InetSocketAddress>();
        var _ = runtime.start(() -> {
                    try (SocketListener listener = Tcp.listen(LOCALHOST, 0)) {
                        address.complete(listener.localAddress());
                        listener.serve(style::echo);
                    }
                })
                .exceptionally(
                        failure -> { // clients that have connected see a broken connection
                            address.completeExceptionally(failure);
                            return null;
                        });
        return address.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static InetSocketAddress listenWithHandlers(MultiThreadIoEventLoopGroup group, LoopKind kind)
            throws Exception {
        Channel listening = new ServerBootstrap()
                .group(group)
                .channelFactory(kind::newServerChannel)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true) // as in our streams
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new Handler());
                    }
                })
                .bind(LOCALHOST, 0)
                .sync()
                .channel();
        return (InetSocketAddress) listening.localAddress();
    }

    /** The echo server of introductions to Netty. */
    private static final class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var _ = context.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    InetSocketAddress address() {
        return address;
    }

    EventLoop loop() {
        return group.next();
    }

    /** Ends the tasks, the connections and the loop. */
    @Override
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
        var _ = group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!group.terminationFuture().awaitUninterruptibly(2 * PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The server's loop has not terminated");
        }
    }
}
