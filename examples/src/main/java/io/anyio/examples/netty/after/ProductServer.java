package io.anyio.examples.netty.after;

import io.anyio.examples.netty.BackEnds;
import io.anyio.examples.netty.MetricsHandler;
import io.anyio.examples.netty.NettyExample;
import io.anyio.examples.netty.OpenConnections;
import io.anyio.netty.NettyRuntime;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import java.net.InetSocketAddress;
import java.time.Duration;

/** An HTTP server on the event loops of an application. */
final class ProductServer implements NettyExample.Server {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final MetricsHandler metrics = new MetricsHandler();
    private final OpenConnections connections = new OpenConnections();
    private final NettyRuntime runtime;
    private final Channel listening;

    ProductServer(EventLoopGroup group, int port, BackEnds backEnds) throws InterruptedException {
        runtime = NettyRuntime.attach(group);
        var products = new ProductTasks(backEnds);
        listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new HttpObjectAggregator(65_536))
                                .addLast(metrics)
                                .addLast(connections.handler())
                                .addLast(runtime.handler(products::serve));
                    }
                })
                .bind("127.0.0.1", port)
                .sync()
                .channel();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void stop() throws InterruptedException {
        listening.close().sync();
        System.out.println("all connections ended in time: " + connections.end(LIMIT));
        runtime.shutdown(LIMIT);
        System.out.println(metrics);
    }
}
