package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Timeouts;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.net.ConnectionFailedException;
import io.anyio.netty.loop.OpenChannelsHere;
import io.anyio.netty.message.MessageHandler;
import io.anyio.stream.EndOfStreamException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of streams of client channels. */
class NettyStreamsTest extends AttachedServerTestBase {
    private @Nullable EventLoopGroup others;

    /** Returns a group that the library does not know. */
    private EventLoopGroup others(Transport transport) {
        var made = new MultiThreadIoEventLoopGroup(1, handlers(transport));
        others = made;
        return made;
    }

    @AfterEach
    void shutDownOthers() {
        if (others != null) {
            var _ = others.shutdownGracefully(0, 5, TimeUnit.SECONDS);
            others.terminationFuture().awaitUninterruptibly(30, TimeUnit.SECONDS);
        }
    }

    private static SocketAddress at(int port) {
        return new InetSocketAddress(LOOPBACK, port);
    }

    /** A server that sends back what it receives. */
    private int echo(Transport transport) throws Exception {
        return serve(
                transport,
                channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        var _ = context.writeAndFlush(message);
                    }
                }));
    }

    private static void checkEcho(MessageStream stream) {
        stream.send(Unpooled.copiedBuffer("hello", US_ASCII));
        assertThat(((ByteBuf) stream.receive()).toString(US_ASCII)).isEqualTo("hello");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aRunConnectsWithoutGroupTypeAndHandler(Transport transport) throws Exception {
        int port = echo(transport);
        run(transport, () -> {
            var bootstrap = new Bootstrap();
            for (int i = 0; i < 3; i++) {
                try (MessageStream stream = NettyStreams.connect(bootstrap, at(port))) {
                    checkEcho(stream);
                    assertThat(OpenChannelsHere.count()).isOne();
                }
            }
            assertThat(bootstrap.config().group()).as("not changed").isNull();
            assertThat(bootstrap.config().handler()).as("not changed").isNull();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskOfAnAttachedRuntimeConnectsOnItsLoop(Transport transport) throws Exception {
        int port = echo(transport);
        var runtime = NettyRuntime.attach(group(transport, 1));
        boolean own = get(runtime.start(() -> {
            try (MessageStream stream = NettyStreams.connect(new Bootstrap(), at(port))) {
                checkEcho(stream);
                return stream.channel().eventLoop() == group(transport, 1).next();
            }
        }));
        assertThat(own).isTrue();
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aBootstrapMayHaveAGroupOfItsOwn(Transport transport) throws Exception {
        int port = echo(transport);
        EventLoopGroup group = others(transport);
        run(transport, () -> {
            var bootstrap = new Bootstrap()
                    .group(group)
                    .channelFactory(channels(transport).client());
            try (MessageStream stream = NettyStreams.connect(bootstrap, at(port))) {
                for (int i = 0; i < 100; i++) {
                    checkEcho(stream);
                }
                assertThat(stream.channel().eventLoop()).isSameAs(group.next());
                stream.sendEof();
                assertThatThrownBy(stream::receive).isInstanceOf(EndOfStreamException.class);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anHttpClientTalksToATaskOfTheServer(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            while (true) {
                HttpRequest request = connection.receive(HttpRequest.class);
                var answer = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        Unpooled.copiedBuffer("you asked for " + request.uri(), US_ASCII));
                answer.headers().set("content-length", answer.content().readableBytes());
                connection.send(answer);
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new HttpServerCodec(), handler));
        var bootstrap = new Bootstrap().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(1000));
            }
        });
        run(transport, () -> {
            try (MessageStream stream = NettyStreams.connect(bootstrap, at(port))) {
                for (int i = 0; i < 10; i++) {
                    stream.send(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/" + i));
                    FullHttpResponse response = stream.receive(FullHttpResponse.class);
                    assertThat(response.content().toString(US_ASCII)).isEqualTo("you asked for /" + i);
                }
            }
        });
        runtime.close();
    }

    // ---- connections that fail ----

    @ParameterizedTest
    @MethodSource("transports")
    void aRefusedConnectionIsReported(Transport transport) throws Exception {
        int port;
        try (var closed = new ServerSocket(0, 1, LOOPBACK)) {
            port = closed.getLocalPort();
        }
        run(transport, () -> {
            assertThatThrownBy(() -> NettyStreams.connect(new Bootstrap(), at(port)))
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining("refused")
                    .hasCauseInstanceOf(IOException.class);
            awaitNoChannel();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aChannelThatCannotBeMadeIsReported(Transport transport) throws Exception {
        run(transport, () -> {
            var noMore = new Bootstrap().channelFactory(() -> {
                throw new IllegalStateException("too many open files");
            });
            assertThatThrownBy(() -> NettyStreams.connect(noMore, at(1)))
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasStackTraceContaining("too many open files");
            var faulty = new Bootstrap().handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    throw new IllegalStateException("expected");
                }
            });
            assertThatThrownBy(() -> NettyStreams.connect(faulty, at(1))).isInstanceOf(ConnectionFailedException.class);
            awaitNoChannel();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aGroupThatWasShutDownIsReported(Transport transport) throws Exception {
        EventLoopGroup ended = others(transport);
        var bootstrap =
                new Bootstrap().group(ended).channelFactory(channels(transport).client());
        shutDownOthers();
        run(
                transport,
                () -> assertThatThrownBy(() -> NettyStreams.connect(bootstrap, at(1)))
                        .isInstanceOf(ConnectionFailedException.class));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aLocalAddressOfTheOtherFamilyIsReportedInWords(Transport transport) throws Exception {
        int port = echo(transport);
        run(transport, () -> {
            var bootstrap = new Bootstrap().localAddress(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
            assertThatThrownBy(() -> NettyStreams.connect(bootstrap, at(port)))
                    .isInstanceOf(ConnectionFailedException.class)
                    .message()
                    .startsWith("Cannot connect to ")
                    .doesNotContain("null");
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTimeOutEndsTheAttempt(Transport transport) throws Exception {
        run(transport, () -> {
            var silent = new Bootstrap().handler(new ChannelOutboundHandlerAdapter() {
                @Override
                public void connect(
                        ChannelHandlerContext context,
                        SocketAddress remote,
                        SocketAddress local,
                        ChannelPromise promise) {
                    // a peer that does not answer
                }
            });
            CancelScope scope = Timeouts.moveOnAfter(
                    Duration.ofMillis(10),
                    () -> NettyStreams.connect(silent, at(1)).close());
            assertThat(scope.cancelledCaught()).isTrue();
            awaitNoChannel();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void attemptsThatAreCancelledAtAnyMomentLeaveNoChannel(Transport transport) throws Exception {
        int port = echo(transport);
        run(transport, () -> {
            var bootstrap = new Bootstrap();
            NettyStreams.connect(bootstrap, at(port)).close();
            awaitNoChannel();
            long before = HttpChurnTest.descriptors();
            var random = new SplittableRandom(1);
            int completed = 0;
            for (int i = 0; i < 150; i++) {
                CancelScope scope = Timeouts.moveOnAfter(
                        Duration.ofNanos(random.nextInt(500_000)),
                        () -> NettyStreams.connect(bootstrap, at(port)).close());
                completed += scope.cancelledCaught() ? 0 : 1;
            }
            assertThat(completed).isBetween(1, 149);
            awaitNoChannel();
            while (HttpChurnTest.descriptors() > before) { // the server's, too
                AnyIO.checkpoint();
            }
        });
    }

    private static void awaitNoChannel() throws Exception {
        while (OpenChannelsHere.count() > 0) {
            AnyIO.checkpoint();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aConnectionThatIsCancelledLateLeavesNoMessage(Transport transport) throws Exception {
        try (var server = new ServerSocket(0, 10, LOOPBACK)) {
            peer(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write(1); // the server speaks first
                    return readAll(socket);
                } catch (IOException reset) {
                    return null;
                }
            });
            EventLoopGroup group = others(transport);
            var arrived = new CompletableFuture<Boolean>();
            var all = new TrackedMessage.All(() -> true);
            run(transport, () -> {
                EventLoop own = ((NettyNetwork) CurrentNetwork.get("test"))
                        .drivers()
                        .getFirst()
                        .eventLoop();
                CancelScope.open(scope -> {
                    var bootstrap = new Bootstrap()
                            .group(group)
                            .channelFactory(channels(transport).client())
                            .handler(new CancelledWhileConnecting(own, scope, all, arrived));
                    NettyStreams.connect(bootstrap, at(server.getLocalPort())).close();
                });
            });
            all.assertReleased(); // where tasks run in parallel to the loop, none has arrived
        }
    }

    /** Cancels the connecting task, whose loop learns of it when the first message has arrived. */
    private static final class CancelledWhileConnecting extends ChannelDuplexHandler {
        private final EventLoop own;
        private final CancelScope scope;
        private final TrackedMessage.All all;
        private final CompletableFuture<Boolean> arrived;

        CancelledWhileConnecting(
                EventLoop own, CancelScope scope, TrackedMessage.All all, CompletableFuture<Boolean> arrived) {
            this.own = own;
            this.scope = scope;
            this.all = all;
            this.arrived = arrived;
        }

        @Override
        public void connect(
                ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            own.execute(() -> {
                scope.cancel();
                arrived.orTimeout(10, TimeUnit.SECONDS).join();
            });
            var _ = context.connect(remote, local, promise);
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            arrived.complete(false);
            var _ = context.close(promise);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ((ByteBuf) message).release();
            context.fireChannelRead(all.create(0, 0));
            arrived.complete(true);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aStreamThatIsCancelledWhileItIsMadeLeavesTheChannelAlone(Transport transport) throws Exception {
        int port = echo(transport);
        EventLoopGroup group = others(transport);
        Channel channel = new Bootstrap()
                .group(group)
                .channelFactory(channels(transport).client())
                .handler(new ChannelInboundHandlerAdapter())
                .connect(at(port))
                .sync()
                .channel();
        var left = new CompletableFuture<Boolean>();
        run(transport, () -> {
            CancelScope.open(scope -> {
                channel.config()
                        .setMessageSizeEstimator(
                                () -> { // called while the stream is made
                                    scope.cancel();
                                    left.orTimeout(10, TimeUnit.SECONDS).join();
                                    return DefaultMessageSizeEstimator.DEFAULT.newHandle();
                                });
                NettyStreams.of(channel);
            });
            left.complete(true);
            channel.eventLoop().submit(() -> {}).sync();
        });
        assertThat(channel.isActive()).isTrue();
        assertThat(channel.pipeline().get(MessageHandler.class)).isNull();
        channel.close().sync();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void channelsThatAreNotRegisteredOrClosedAreRefused(Transport transport) throws Exception {
        int port = echo(transport);
        run(transport, () -> {
            Channel channel;
            try (MessageStream stream = NettyStreams.connect(new Bootstrap(), at(port))) {
                channel = stream.channel();
            }
            while (channel.isRegistered()) {
                AnyIO.checkpoint();
            }
            assertThatThrownBy(() -> NettyStreams.of(channel)).isInstanceOf(IllegalStateException.class);
        });
    }
}
