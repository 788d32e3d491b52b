package io.anyio.examples.netty.before;

import io.anyio.examples.netty.BackEnds;
import io.anyio.examples.netty.MetricsHandler;
import io.anyio.examples.netty.NettyExample;
import io.anyio.examples.netty.OpenConnections;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on the event loops of an application. */
final class ProductServer implements NettyExample.Server {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final MetricsHandler metrics = new MetricsHandler();
    private final OpenConnections connections = new OpenConnections();
    private final ExecutorService processors =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final Channel listening;

    ProductServer(EventLoopGroup group, int port, BackEnds backEnds) throws InterruptedException {
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
                                .addLast(new ProductHandler(backEnds, processors));
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
        processors.shutdown();
        System.out.println(metrics);
    }
}
