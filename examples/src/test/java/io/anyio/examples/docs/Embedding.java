package io.anyio.examples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.AnyIO;
import io.anyio.RunFinishedException;
import io.anyio.TaskOptions;
import io.anyio.netty.ChannelTasks;
import io.anyio.netty.MessageStream;
import io.anyio.netty.NettyRuntime;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The code of docs/embedding.md. The test of the docs compares it with the page, runs it, and compares what it prints.
 */
public final class Embedding {
    private Embedding() {}

    /** What an example does with a server. */
    private interface Use {
        void of(int port) throws Exception;
    }

    /** Runs a server of Netty. */
    private static void serve(Function<NettyRuntime, ChannelHandler> pipeline, boolean halfClosure, Use use)
            throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        NettyRuntime runtime = NettyRuntime.attach(group);
        Channel listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
                .childHandler(pipeline.apply(runtime))
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        use.of(((InetSocketAddress) listening.localAddress()).getPort());
        stop(listening, runtime, group);
    }

    // begin stop
    static boolean stop(Channel listening, NettyRuntime runtime, EventLoopGroup group) throws InterruptedException {
        listening.close().sync(); // no more connections
        boolean clean = runtime.shutdown(Duration.ofSeconds(10)); // no more tasks; the live ones may finish
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        return clean;
    }
    // end stop

    private static String post(int port, String path, byte[] body) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static FullHttpResponse answer(String text) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(text, UTF_8));
        response.headers()
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        return response;
    }

    // begin upload-handler
    static void measure(MessageStream connection) {
        while (true) {
            HttpRequest request = connection.receive(HttpRequest.class);
            long size = 0;
            for (HttpContent part : connection.until(HttpContent.class, LastHttpContent.class)) {
                size += part.content().readableBytes(); // the part is valid until the next one
            }
            connection.send(answer(request.uri() + " has " + size + " bytes"));
        }
    }
    // end upload-handler

    /** A body in parts. */
    public static void upload() throws Exception {
        serve(
                runtime -> new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), runtime.handler(Embedding::measure));
                    }
                },
                false,
                port -> {
                    // begin upload
                    System.out.println(post(port, "/photo", new byte[1_000_000]));
                    // end upload
                });
    }

    // begin per-request-handler
    static final class Answering extends ChannelInboundHandlerAdapter {
        private final NettyRuntime runtime;

        Answering(NettyRuntime runtime) {
            this.runtime = runtime;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            FullHttpRequest request = (FullHttpRequest) message; // owned by this method, then by the task
            ChannelTasks tasks = runtime.on(context.channel());
            try {
                tasks.start(TaskOptions.named(request.uri()), () -> {
                            try {
                                AnyIO.sleep(Duration.ofMillis(1));
                                tasks.send(answer("an answer to " + request.uri()));
                            } finally {
                                request.release();
                            }
                        })
                        .exceptionally(
                                failure -> { // also a cancellation by the close of the channel
                                    var _ = context.close();
                                    return null;
                                });
            } catch (RunFinishedException closing) { // no task was started
                request.release();
                var _ = context.close();
            }
        }
    }
    // end per-request-handler

    /** A task for each request. */
    public static void perRequest() throws Exception {
        serve(
                runtime -> new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(65_536))
                                .addLast(new Answering(runtime));
                    }
                },
                false,
                port -> {
                    // begin per-request
                    System.out.println(post(port, "/x", new byte[0]));
                    // end per-request
                });
    }

    // begin half-close-handler
    static void count(MessageStream connection) {
        ByteStream bytes = connection.asBytes();
        long count = 0;
        try {
            while (true) {
                count += bytes.receive().length;
            }
        } catch (EndOfStreamException clientHasEndedItsOutput) {
            bytes.send((count + " bytes").getBytes(UTF_8));
        }
    }
    // end half-close-handler

    /** An answer after the end of the client's output. */
    public static void halfClose() throws Exception {
        serve(runtime -> runtime.handler(Embedding::count), true, port -> {
            // begin half-close
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(new byte[100]);
                socket.shutdownOutput();
                System.out.println(new String(socket.getInputStream().readAllBytes(), UTF_8));
            }
            // end half-close
        });
    }
}
