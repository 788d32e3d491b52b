package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.CapturedLog;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of channel streams in the pipelines of several protocols, with clients of other libraries. */
class ProtocolsTest extends AttachedServerTestBase {

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    private static String text(Object message) {
        return ((ByteBuf) message).toString(US_ASCII);
    }

    private static ChannelInitializer<Channel> pipeline(Consumer<Channel> code) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                code.accept(channel);
            }
        };
    }

    // ---- WebSocket ----

    /** Collects what a client of the JDK receives. */
    private static final class Collector implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private int binary;

        private String next() throws Exception {
            String event = events.poll(30, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            return event;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            binary += data.remaining();
            if (last) {
                events.add("binary " + binary);
                binary = 0;
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            events.add("pong " + data.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            events.add("close " + status + " " + reason);
            return null;
        }
    }

    /** Upgrades the connection, and sends back what the client sends. */
    private static void serveWebSocket(MessageStream connection, String url) {
        FullHttpRequest request = connection.receive(FullHttpRequest.class);
        connection.changePipeline(pipeline -> {
            var handshaker = new WebSocketServerHandshakerFactory(url, null, false, 1 << 20).newHandshaker(request);
            return handshaker.handshake(pipeline.channel(), request);
        });
        while (true) {
            WebSocketFrame frame = connection.receive(WebSocketFrame.class);
            switch (frame) {
                case PingWebSocketFrame ping ->
                    connection.send(new PongWebSocketFrame(ping.content().retain()));
                case CloseWebSocketFrame close -> {
                    connection.send(close.retain());
                    return;
                }
                default -> connection.send(frame.retain());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void webSocketsAfterAnUpgrade(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> serveWebSocket(connection, "ws://x"));
        int port = serve(
                transport,
                channel ->
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(10_000), handler));
        try (var log = new CapturedLog("io.anyio");
                var client = HttpClient.newHttpClient()) {
            var collector = new Collector();
            WebSocket socket =
                    get(client.newWebSocketBuilder().buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), collector));
            get(socket.sendText("hello", true));
            assertThat(collector.next()).isEqualTo("text hello");
            get(socket.sendText("in ", false));
            get(socket.sendPing(ByteBuffer.wrap(new byte[10]))); // between two fragments
            get(socket.sendText("two parts", true));
            assertThat(collector.next()).isEqualTo("pong 10");
            assertThat(collector.next()).isEqualTo("text in two parts");
            for (int size : new int[] {0, 125, 126, 65_535, 65_536, 1_000_000}) {
                get(socket.sendBinary(ByteBuffer.allocate(size), true));
                assertThat(collector.next()).isEqualTo("binary " + size);
            }
            get(socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye"));
            assertThat(collector.next()).isEqualTo("close 1000 bye");
            runtime.close();
            assertThat(log.messagesButForWaits()).isEmpty();
        }
    }

    // ---- HTTP/2 ----

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskForEachStreamOfHttp2(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(stream -> {
            String path =
                    stream.receive(Http2HeadersFrame.class).headers().path().toString();
            int length = 0;
            boolean last = false;
            while (!last) {
                Http2DataFrame data = stream.receive(Http2DataFrame.class);
                length += data.content().readableBytes();
                last = data.isEndStream();
            }
            stream.send(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
            stream.send(new DefaultHttp2DataFrame(bytes(path + " " + length), true));
        });
        int port = serve(
                transport,
                channel -> channel.pipeline()
                        .addLast(
                                Http2FrameCodecBuilder.forServer().build(),
                                new Http2MultiplexHandler(
                                        pipeline(stream -> stream.pipeline().addLast(handler)))));
        var bootstrap = new Bootstrap()
                .handler(pipeline(channel -> channel.pipeline()
                        .addLast(
                                Http2FrameCodecBuilder.forClient().build(),
                                new Http2MultiplexHandler(pipeline(stream -> {})))));
        try (var log = new CapturedLog("io.anyio")) {
            run(transport, () -> {
                try (MessageStream connection =
                        NettyStreams.connect(bootstrap, new InetSocketAddress(LOOPBACK, port))) {
                    var streams = new ArrayList<MessageStream>();
                    for (int i = 0; i < 10; i++) {
                        Channel opened =
                                NettyFutures.await(new Http2StreamChannelBootstrap(connection.channel()).open());
                        MessageStream stream = NettyStreams.of(opened);
                        streams.add(stream);
                        stream.send(new DefaultHttp2HeadersFrame(
                                new DefaultHttp2Headers().method("POST").path("/" + i)));
                    }
                    for (MessageStream stream : streams) { // more than the window of the connection
                        for (int part = 0; part < 20; part++) {
                            stream.send(
                                    new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[10_000]), part == 19));
                        }
                    }
                    for (int i = 0; i < 10; i++) {
                        MessageStream stream = streams.get(i);
                        assertThat(stream.receive(Http2HeadersFrame.class)
                                        .headers()
                                        .status()
                                        .toString())
                                .isEqualTo("200");
                        assertThat(stream.receive(Http2DataFrame.class)
                                        .content()
                                        .toString(US_ASCII))
                                .isEqualTo("/" + i + " 200000");
                        assertThatThrownBy(stream::receive).isInstanceOf(EndOfStreamException.class);
                        stream.close();
                    }
                }
            });
            runtime.close();
            assertThat(log.messagesButForWaits()).isEmpty();
        }
    }

    // ---- frames, events, bytes ----

    @ParameterizedTest
    @MethodSource("transports")
    void framesWithLengthsOnBothSides(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            while (true) {
                connection.send(((ByteBuf) connection.receive()).retain());
            }
        });
        int port = serve(
                transport,
                channel -> channel.pipeline()
                        .addLast(
                                new LengthFieldBasedFrameDecoder(1 << 20, 0, 4, 0, 4),
                                new LengthFieldPrepender(4),
                                handler));
        var bootstrap = new Bootstrap()
                .handler(pipeline(channel -> channel.pipeline()
                        .addLast(new LengthFieldBasedFrameDecoder(1 << 20, 0, 4, 0, 4), new LengthFieldPrepender(4))));
        run(transport, () -> {
            try (MessageStream stream = NettyStreams.connect(bootstrap, new InetSocketAddress(LOOPBACK, port))) {
                for (int size : new int[] {0, 1, 1000, 500_000}) {
                    stream.send(Unpooled.wrappedBuffer(new byte[size]));
                    assertThat(((ByteBuf) stream.receive()).readableBytes()).isEqualTo(size);
                }
            }
        });
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void idleEventsAreReceivedAmongTheMessages(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var seen = new CompletableFuture<List<String>>();
        var handler = runtime.handler(MessageStreamOptions.DEFAULTS.withEvents(IdleStateEvent.class), connection -> {
            var kinds = new ArrayList<String>();
            kinds.add(text(connection.receive(ByteBuf.class)));
            kinds.add(((IdleStateEvent) connection.receive()).state().name());
            connection.send(bytes("idle"));
            while (!(connection.receive() instanceof ByteBuf)) {
                // more of them
            }
            kinds.add("message");
            seen.complete(kinds);
        });
        int port = serve(
                transport,
                channel -> channel.pipeline()
                        .addLast(
                                new IdleStateHandler(50, 0, 0, TimeUnit.MILLISECONDS),
                                new LineBasedFrameDecoder(100),
                                handler));
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write("first\n".getBytes(US_ASCII));
            assertThat(socket.getInputStream().readNBytes(4)).hasSize(4);
            socket.getOutputStream().write("second\n".getBytes(US_ASCII));
            assertThat(get(seen)).containsExactly("first", "READER_IDLE", "message");
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void bytesOfAStream_alsoMixedWithMessages(Transport transport) throws Exception {
        var done = new CompletableFuture<Boolean>();
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            ByteStream bytes = connection.asBytes();
            var line = new StringBuilder();
            while (line.indexOf("\n") < 0) {
                line.append((char) bytes.receive(1)[0]);
            }
            bytes.send(line.toString().getBytes(US_ASCII));
            Object next = connection.receive(); // drops the rest of the first message
            assertThat(text(next)).isEqualTo("second");
            var buffer = ByteBuffer.allocate(3);
            connection.send(bytes("go on\n"));
            assertThat(bytes.receive(buffer)).isEqualTo(3);
            assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap("thi".getBytes(US_ASCII)));
            assertThat(bytes.receive(100)).isEqualTo("rd".getBytes(US_ASCII));
            byte[] big = random(1_000_000, 1);
            bytes.send(big);
            bytes.sendEof();
            assertThatThrownBy(() -> bytes.send(big)).isInstanceOf(ClosedResourceException.class);
            done.complete(true);
        });
        int port = serve(transport, channel -> {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addLast(handler);
        });
        try (var log = new CapturedLog("io.anyio")) {
            try (Socket socket = connect(port)) {
                socket.getOutputStream().write("hello\nrest".getBytes(US_ASCII));
                assertThat(socket.getInputStream().readNBytes(6)).isEqualTo("hello\n".getBytes(US_ASCII));
                socket.getOutputStream().write("second".getBytes(US_ASCII));
                assertThat(socket.getInputStream().readNBytes(6)).isEqualTo("go on\n".getBytes(US_ASCII));
                socket.getOutputStream().write("third".getBytes(US_ASCII));
                assertThat(socket.getInputStream().readNBytes(1_000_000)).isEqualTo(random(1_000_000, 1));
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                assertThat(get(done)).isTrue(); // otherwise the end of the runtime cancels the handler
            }
            runtime.close();
            assertThat(log.messagesButForWaits()).isEmpty();
        }
    }
}
