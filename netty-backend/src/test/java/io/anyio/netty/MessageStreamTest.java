package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.CapturedLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the messages of a server's channels in tasks. */
class MessageStreamTest extends AttachedServerTestBase {

    private static FullHttpResponse ok(String text) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(text, US_ASCII));
        response.headers().set("content-length", text.length());
        return response;
    }

    private static String read(Socket socket, int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), US_ASCII);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n";

    @ParameterizedTest
    @MethodSource("transports")
    void pipelinedRequestsAreAnsweredInOrder(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            while (true) {
                HttpRequest request = connection.receive(HttpRequest.class);
                connection.send(ok(request.uri().substring(1)));
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new HttpServerCodec(), handler));
        try (Socket socket = connect(port)) {
            var requests = new StringBuilder();
            var answers = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                requests.append("GET /").append(i % 10).append(" HTTP/1.1\r\nhost: x\r\n\r\n");
                answers.append(ANSWER).append(i % 10);
            }
            write(socket, requests.toString());
            assertThat(read(socket, answers.length())).isEqualTo(answers.toString());
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aBodyIsReceivedInParts_andWhatIsLeftOfItIsDropped(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            while (true) {
                HttpRequest request = connection.receive(HttpRequest.class);
                long length = 0;
                for (HttpContent part : connection.until(HttpContent.class, LastHttpContent.class)) {
                    length += part.content().readableBytes();
                    if (request.uri().equals("/part")) {
                        break;
                    }
                }
                connection.send(ok(request.uri().equals("/part") ? "p" : String.valueOf(length)));
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new HttpServerCodec(), handler));
        int length = 1_000_000;
        try (Socket socket = connect(port)) {
            for (int i = 0; i < 2; i++) {
                write(socket, "POST /part HTTP/1.1\r\ncontent-length: " + length + "\r\n\r\n");
                socket.getOutputStream().write(new byte[length]);
                assertThat(read(socket, ANSWER.length() + 1)).endsWith("p");
                write(socket, "POST /all HTTP/1.1\r\ncontent-length: " + length + "\r\n\r\n");
                socket.getOutputStream().write(new byte[length]);
                assertThat(read(socket, ANSWER.length() + 7)).endsWith("1000000");
            }
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskIsCancelledBetweenTwoPartsWhenTheClientLeaves(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var firstPart = new Signal();
        var outcome = new CompletableFuture<Throwable>();
        var handler = runtime.handler(connection -> {
            connection.receive(HttpRequest.class);
            for (HttpContent part : connection.until(HttpContent.class, LastHttpContent.class)) {
                assertThat(part.content().isReadable()).isTrue();
                firstPart.set();
                try {
                    AnyIO.sleepForever();
                } catch (Throwable thrown) {
                    outcome.complete(thrown);
                    throw thrown;
                }
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new HttpServerCodec(), handler));
        try (var log = new CapturedLog("io.anyio")) {
            try (Socket socket = connect(port)) {
                write(socket, "POST /part HTTP/1.1\r\ncontent-length: 1000000\r\n\r\n");
                socket.getOutputStream().write(new byte[50_000]);
                firstPart.awaitInThread();
            }
            assertThat(get(outcome)).isInstanceOf(Cancelled.class);
            runtime.close();
            assertThat(log.messagesButForWaits()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theEndOfTheTaskClosesTheChannelAfterEverythingSent(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            connection.receive();
            for (int i = 0; i < 100; i++) {
                connection.send(Unpooled.wrappedBuffer(new byte[10_000]));
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new LineBasedFrameDecoder(100), handler));
        try (Socket socket = connect(port)) {
            write(socket, "go\n");
            assertThat(readAll(socket)).hasSize(1_000_000);
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskThatSendsWithoutEndWaitsForItsReader(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var sent = new AtomicInteger();
        var channelOf = new CompletableFuture<Channel>();
        var handler = runtime.handler(connection -> {
            connection.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(10_000, 20_000));
            channelOf.complete(connection.channel());
            while (true) {
                connection.send(Unpooled.wrappedBuffer(new byte[1000]));
                sent.incrementAndGet();
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (Socket socket = connect(port)) {
            Channel channel = get(channelOf);
            long toSend;
            do { // until the system's buffers are full
                toSend = runtime.statistics().bytesToSend();
            } while (toSend < 10_000 || channel.isWritable());
            assertThat(toSend).isLessThan(200_000);
            int before = sent.get();
            assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                    .isLessThan(200_000);
            socket.getInputStream().readNBytes(before * 1000 + 100_000); // it goes on
        }
        runtime.close();
        awaitNothingToSend(runtime);
    }

    /** The channel closes shortly after the runtime. */
    private static void awaitNothingToSend(NettyRuntime runtime) {
        while (runtime.statistics().bytesToSend() > 0) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aChannelWhoseMessagesNoTaskReceivesIsNotRead(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var go = new Signal();
        var channelOf = new CompletableFuture<Channel>();
        var received = new CompletableFuture<Long>();
        var handler = runtime.handler(connection -> {
            channelOf.complete(connection.channel());
            go.await();
            long count = 0;
            while (count < 20_000_000) {
                count += ((ByteBuf) connection.receive()).readableBytes();
            }
            received.complete(count);
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (Socket socket = connect(port)) {
            var peer = peer(() -> {
                socket.getOutputStream().write(new byte[20_000_000]);
                return null;
            });
            Channel channel = get(channelOf);
            while (channel.config().isAutoRead()) { // until enough is queued
                Thread.onSpinWait();
            }
            assertThat(received).isNotDone();
            go.set();
            assertThat(get(received)).isEqualTo(20_000_000);
            peer.join();
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aMessageThatNoHandlerEncodesClosesTheChannelAndIsReported(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var thrown = new CompletableFuture<Throwable>();
        var handler = runtime.handler(connection -> {
            connection.receive();
            connection.send("a text");
            thrown.complete(catchThrowable(() -> connection.flush()));
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (var log = new CapturedLog("io.anyio")) {
            try (Socket socket = connect(port)) {
                write(socket, "x");
                assertThat(readAll(socket)).isEmpty();
            }
            assertThat(get(thrown)).isInstanceOfAny(BrokenResourceException.class, Cancelled.class);
            runtime.close();
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown())
                            .hasStackTraceContaining("could not be written")
                            .hasStackTraceContaining("unsupported message type"));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aFailureOfTheTaskIsReportedAndClosesTheChannel(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            connection.receive();
            throw new IllegalStateException("expected");
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (var log = new CapturedLog("io.anyio")) {
            try (Socket socket = connect(port)) {
                write(socket, "x");
                assertThat(readAll(socket)).isEmpty();
            }
            runtime.close();
            assertThat(log.messages()).singleElement().asString().contains("connection from /127.0.0.1");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aFailureOfADecoderComesAtItsPlaceAndTheStreamGoesOn(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var seen = new ArrayList<String>();
        var done = new CompletableFuture<List<String>>();
        var handler = runtime.handler(connection -> {
            while (seen.size() < 3) {
                try {
                    seen.add(((ByteBuf) connection.receive()).toString(US_ASCII));
                } catch (BrokenResourceException tooLong) {
                    seen.add(tooLong.getCause().getClass().getSimpleName());
                }
            }
            done.complete(seen);
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new LineBasedFrameDecoder(5), handler));
        try (Socket socket = connect(port)) {
            write(socket, "a\nmuch too long\nb\n");
            assertThat(get(done)).containsExactly("a", "TooLongFrameException", "b");
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void withHalfClosureATaskReceivesEverythingAndStillAnswers(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            int count = 0;
            try {
                while (true) {
                    connection.receive();
                    AnyIO.sleep(Duration.ofMillis(1));
                    count++;
                }
            } catch (EndOfStreamException end) {
                connection.send(Unpooled.copiedBuffer("lines: " + count, US_ASCII));
            }
        });
        int port = serve(transport, channel -> {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addLast(new LineBasedFrameDecoder(100), handler);
        });
        try (Socket socket = connect(port)) {
            write(socket, "a\nb\nc\n");
            socket.shutdownOutput();
            assertThat(new String(readAll(socket), US_ASCII)).isEqualTo("lines: 3");
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aChannelWithoutAutoReadIsReadOnDemand(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            while (true) {
                connection.send(((ByteBuf) connection.receive()).retain());
            }
        });
        int port = serve(transport, channel -> {
            channel.config().setAutoRead(false);
            channel.pipeline().addLast(new LengthFieldBasedFrameDecoder(1000, 0, 1), handler);
        });
        try (Socket socket = connect(port)) {
            for (int i = 0; i < 20; i++) {
                socket.getOutputStream().write(new byte[] {2, 1, 2, 1, 7});
                assertThat(socket.getInputStream().readNBytes(5)).containsExactly(2, 1, 2, 1, 7);
            }
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theRuntimeEndsConnectionsThatWait(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var entered = new Signal();
        var handler = runtime.handler(connection -> {
            connection.receive();
            entered.set();
            connection.receive();
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (var log = new CapturedLog("io.anyio");
                Socket socket = connect(port)) {
            write(socket, "x");
            entered.awaitInThread();
            runtime.close();
            assertThat(readAll(socket)).isEmpty();
            try (Socket late = connect(port)) {
                assertThat(readAll(late)).isEmpty();
            }
            assertThat(log.messagesButForWaits()).isEmpty();
        }
    }
}
