package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.netty.message.MessageHandler;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.CapturedLog;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that every failure around a channel's tasks is reported, and ends the tasks that wait. */
class ChannelFailuresTest extends AttachedServerTestBase {

    private static void write(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** Throws on the text "bad"; passes all else on. */
    private static ChannelInboundHandlerAdapter faulty() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof ByteBuf buffer
                        && buffer.toString(US_ASCII).equals("bad")) {
                    buffer.release();
                    throw new IllegalStateException("expected");
                }
                context.fireChannelRead(message);
            }
        };
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aMessageThatCannotBeWrittenIsReportedAlthoughTheTaskIsReceiving(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            while (true) {
                connection.receive();
                connection.send("a text");
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (var log = new CapturedLog("io.anyio")) {
            try (Socket socket = connect(port)) {
                write(socket, "x");
                assertThat(readAll(socket)).isEmpty();
            }
            runtime.close();
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record ->
                            assertThat(record.getThrown()).hasStackTraceContaining("unsupported message type"));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aMessageThatATaskOfTheChannelCannotWriteIsReported(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        int port = serve(
                transport,
                channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ((ByteBuf) message).release();
                        var tasks = runtime.on(context.channel());
                        var _ = tasks.start(() -> tasks.send("a text"));
                    }
                }));
        try (var log = new CapturedLog("io.anyio")) {
            try (Socket socket = connect(port)) {
                write(socket, "x");
                assertThat(readAll(socket)).isEmpty();
            }
            runtime.close();
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record ->
                            assertThat(record.getThrown()).hasStackTraceContaining("unsupported message type"));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientThatReceivesLearnsWhyItsMessageWasNotWritten(Transport transport) throws Exception {
        int port = serve(transport, channel -> {});
        run(transport, () -> {
            try (var stream = NettyStreams.connect(new Bootstrap(), new InetSocketAddress(LOOPBACK, port))) {
                stream.send("a text");
                assertThatThrownBy(stream::receive)
                        .isInstanceOf(BrokenResourceException.class)
                        .hasStackTraceContaining("unsupported message type");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aFailureOfThePipelineThatNoTaskHasReceivedIsReported(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var go = new Signal();
        var handler = runtime.handler(connection -> go.await());
        int port = serve(
                transport,
                channel -> channel.pipeline()
                        .addLast(
                                new LineBasedFrameDecoder(100), faulty(), handler, new ChannelInboundHandlerAdapter()));
        try (var log = new CapturedLog("io.anyio")) {
            try (Socket socket = connect(port)) {
                write(socket, "bad\n");
                write(socket, "x".repeat(200) + "\n"); // refused by the decoder: the peer's fault
                socket.shutdownOutput();
                assertThat(readAll(socket)).isEmpty();
            }
            go.set();
            runtime.close();
            group(transport, 1).submit(() -> {}).sync(); // the loop drops what was not received
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown()).hasMessage("expected"));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aFailureOfThePipelineAfterTheEndOfTheStreamIsReceived(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var outcome = new CompletableFuture<Throwable>();
        var handler = runtime.handler(connection -> {
            assertThatThrownBy(connection::receive).isInstanceOf(EndOfStreamException.class);
            connection.changePipeline(pipeline -> pipeline.fireExceptionCaught(new IllegalStateException("expected")));
            outcome.complete(catchThrowable(connection::receive));
        });
        int port = serve(transport, channel -> {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addLast(handler);
        });
        try (Socket socket = connect(port)) {
            socket.shutdownOutput();
            assertThat(get(outcome)).isInstanceOf(BrokenResourceException.class).hasRootCauseMessage("expected");
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theEventOfTheEndOfTheInputDoesNotHideTheEnd(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var seen = new CompletableFuture<List<String>>();
        var options = MessageStreamOptions.DEFAULTS.withEvents(ChannelInputShutdownEvent.class);
        var handler = runtime.handler(options, connection -> {
            var names = new ArrayList<String>();
            try {
                while (true) {
                    names.add(connection.receive() instanceof ChannelInputShutdownEvent ? "event" : "message");
                }
            } catch (EndOfStreamException end) {
                names.add("end");
            }
            seen.complete(names);
        });
        int port = serve(transport, channel -> {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addLast(handler);
        });
        try (Socket socket = connect(port)) {
            write(socket, "x");
            socket.shutdownOutput();
            assertThat(get(seen)).containsExactly("message", "event", "end");
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskWhoseHandlerOtherCodeHasRemovedIsCancelledWhenTheChannelCloses(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var removed = new Signal();
        var outcome = new CompletableFuture<Throwable>();
        var handler = runtime.handler(connection -> {
            assertThat(connection.<Boolean>changePipeline(pipeline -> {
                        pipeline.remove(MessageHandler.class);
                        return pipeline.get(MessageHandler.class) == null;
                    }))
                    .isTrue();
            outcome.complete(catchThrowable(() -> {
                assertThatThrownBy(connection::receive).isInstanceOf(EndOfStreamException.class);
                removed.set();
                AnyIO.sleepForever();
            }));
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (Socket _ = connect(port)) {
            removed.awaitInThread();
        }
        assertThat(get(outcome)).isInstanceOf(Cancelled.class);
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void tasksThatSendGoOnWhenOtherCodeClearsThePipeline(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        int size = 100_000;
        int count = 100;
        var outcome = new CompletableFuture<Throwable>();
        int port = serve(
                transport,
                channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ((ByteBuf) message).release();
                        var tasks = runtime.on(context.channel());
                        while (context.pipeline().last() != null) {
                            context.pipeline().removeLast();
                        }
                        var _ = tasks.start(() -> {
                            for (int i = 0; i < count; i++) {
                                tasks.send(context.alloc().buffer(size).writeZero(size));
                            }
                            outcome.complete(catchThrowable(() -> {
                                tasks.flush();
                                while (true) { // no one reads it
                                    tasks.send(context.alloc().buffer(size).writeZero(size));
                                }
                            }));
                        });
                    }
                }));
        try (Socket socket = connect(port)) {
            write(socket, "x");
            assertThat(socket.getInputStream().readNBytes(size * count)).hasSize(size * count);
            reset(socket);
        }
        assertThat(get(outcome)).isInstanceOfAny(BrokenResourceException.class, Cancelled.class);
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aHandlerOnALoopOfAnotherGroupClosesTheChannel(Transport transport) throws Exception {
        var others = new MultiThreadIoEventLoopGroup(1, handlers(transport));
        var runtime = NettyRuntime.attach(others);
        var reported = new CompletableFuture<Throwable>();
        var handler = runtime.handler(connection -> {});
        int port = serve(
                transport,
                channel -> channel.pipeline().addLast(handler, new ChannelInboundHandlerAdapter() {
                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        reported.complete(cause);
                    }
                }));
        try (Socket socket = connect(port)) {
            assertThat(readAll(socket)).isEmpty();
        }
        runtime.close();
        var _ = others.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aChannelThatLeavesItsLoopEndsItsTask(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var entered = new CompletableFuture<Channel>();
        var outcome = new CompletableFuture<Throwable>();
        var handler = runtime.handler(connection -> {
            entered.complete(connection.channel());
            outcome.complete(catchThrowable(connection::receive));
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (var log = new CapturedLog("io.anyio");
                Socket socket = connect(port)) {
            Channel channel = get(entered);
            channel.deregister().sync();
            assertThat(get(outcome))
                    .isInstanceOf(BrokenResourceException.class)
                    .hasMessageContaining("deregistered from its event loop");
            assertThat(readAll(socket)).isEmpty();
            runtime.close();
            assertThat(log.records()).hasSizeLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aLoopThatEndsLeavesNoMessageOfItsTasks(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var received = new CompletableFuture<ByteBuf>();
        var go = new Signal();
        var outcome = new CompletableFuture<@Nullable Throwable>();
        var handler = runtime.handler(connection -> {
            ByteBuf first = (ByteBuf) connection.receive();
            received.complete(first.retain());
            CancelScope.shielded(() -> go.await());
            outcome.complete(catchThrowable(() -> {
                assertThat(first.refCnt()).as("still valid").isEqualTo(2);
                assertThat(catchThrowable(() -> connection.send(first.retain())))
                        .isNotNull();
                connection.close(); // with messages that were not received, and a channel that is not read
                assertThatThrownBy(connection::receive).isInstanceOfAny(ClosedResourceException.class, Cancelled.class);
            }));
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        try (var log = new CapturedLog("io.anyio");
                Socket socket = connect(port)) {
            var peer = peer(() -> catchThrowable(() -> socket.getOutputStream().write(new byte[20_000_000])));
            ByteBuf first = get(received);
            var _ = group(transport, 1).shutdownGracefully(0, 5, TimeUnit.SECONDS);
            assertThat(group(transport, 1).terminationFuture().await(30, TimeUnit.SECONDS))
                    .isTrue();
            go.set();
            peer.join();
            assertThat(get(outcome)).isNull();
            runtime.ended().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(first.refCnt()).isOne();
            first.release();
            assertThat(log.messages())
                    .allSatisfy(message -> assertThat(message).contains("event loops were shut down"));
        }
    }
}
