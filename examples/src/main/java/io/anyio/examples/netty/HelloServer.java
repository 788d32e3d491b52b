package io.anyio.examples.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.AnyIO;
import io.anyio.netty.MessageStream;
import io.anyio.netty.NettyRuntime;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;

/** A server of Netty whose handler is a task for each connection. */
public final class HelloServer {
    private HelloServer() {}

    /** Listens on the port given as first argument, or on 8080. */
    public static void main(String[] args) throws InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        NettyRuntime runtime = NettyRuntime.attach(group); // once, on the event loops that you have
        Channel listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new HttpObjectAggregator(65_536))
                                .addLast(runtime.handler(HelloServer::serve)); // instead of your handler
                    }
                })
                .bind("127.0.0.1", port)
                .sync()
                .channel();
        System.out.println("listening on " + listening.localAddress());
        listening.closeFuture().sync();
    }

    /** Runs as a task on the event loop of the connection, until the connection is closed. */
    private static void serve(MessageStream connection) {
        while (true) {
            FullHttpRequest request = connection.receive(FullHttpRequest.class);
            String path = request.uri();
            AnyIO.sleep(Duration.ofMillis(10)); // meanwhile the loop serves the other connections
            connection.send(answer("hello from " + path + "\n"));
        }
    }

    private static FullHttpResponse answer(String text) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(text, UTF_8));
        response.headers()
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        return response;
    }
}
