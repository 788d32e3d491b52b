package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.RunFinishedException;
import io.anyio.TaskOptions;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of tasks that belong to a channel. */
class ChannelTasksTest extends AttachedServerTestBase {

    /** Calls {@code code} for what the channel has read. */
    private static ChannelInboundHandlerAdapter onRead(BiConsumer<ChannelHandlerContext, ByteBuf> code) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                var bytes = (ByteBuf) message;
                try {
                    code.accept(context, bytes);
                } finally {
                    bytes.release();
                }
            }
        };
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    private static void write(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String read(Socket socket, int count) throws Exception {
        return new String(socket.getInputStream().readNBytes(count), US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theyRunOnTheLoopOfTheirChannel_withTheirNames(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 4));
        int port = serve(
                transport,
                channel -> channel.pipeline().addLast(onRead((context, _) -> {
                    ChannelTasks tasks = runtime.on(context.channel());
                    assertThat(runtime.on(context.channel())).isSameAs(tasks);
                    int loop = runtime.driverOf(context.channel()).index();
                    var _ = tasks.start(TaskOptions.named("answer").withLoop((loop + 1) % 4), () -> {
                        boolean own = AnyIO.currentToken().loop() == loop;
                        tasks.send(bytes(
                                (own ? "own " : "other ") + AnyIO.currentTask().name()));
                    });
                })));
        for (int i = 0; i < 8; i++) {
            try (Socket socket = connect(port)) {
                write(socket, "x");
                assertThat(read(socket, 10)).isEqualTo("own answer");
            }
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theyAreCancelledWhenTheChannelCloses(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var futures = new CompletableFuture<CompletableFuture<?>>();
        var entered = new Signal();
        var cancelled = new CompletableFuture<Boolean>();
        var late = new CompletableFuture<Boolean>();
        int port = serve(
                transport,
                channel -> channel.pipeline().addLast(onRead((context, _) -> {
                    ChannelTasks tasks = runtime.on(context.channel());
                    futures.complete(tasks.start(() -> {
                        entered.set();
                        try {
                            AnyIO.sleepForever();
                        } catch (Cancelled byTheClose) {
                            cancelled.complete(true);
                            throw byTheClose;
                        }
                    }));
                    var _ = context.channel().closeFuture().addListener(_ -> {
                        var _ = tasks.start(() -> {
                            try {
                                AnyIO.sleepForever();
                            } catch (Cancelled closed) {
                                late.complete(true);
                                throw closed;
                            }
                        });
                    });
                })));
        try (Socket socket = connect(port)) {
            write(socket, "x");
            entered.awaitInThread();
        }
        assertThat(get(cancelled)).isTrue();
        assertThat(get(late)).as("a task started after the close").isTrue();
        assertThat(get(futures)).isCancelled();
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void channelsOfOtherGroupsAndClosedRuntimesAreRefused(Transport transport) throws Exception {
        var others = new MultiThreadIoEventLoopGroup(1, handlers(transport));
        var foreign = NettyRuntime.attach(others);
        var runtime = NettyRuntime.attach(group(transport, 1));
        var accepted = new CompletableFuture<Channel>();
        int port = serve(transport, accepted::complete);
        try (Socket socket = connect(port)) {
            Channel channel = get(accepted);
            assertThatThrownBy(() -> foreign.on(channel))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no event loop of");
            ChannelTasks tasks = runtime.on(channel);
            runtime.close();
            assertThatThrownBy(() -> tasks.start(() -> {})).isInstanceOf(RunFinishedException.class);
            var next = NettyRuntime.attach(group(transport, 1));
            assertThat(next.on(channel)).isNotSameAs(tasks);
            get(next.on(channel).start(() -> {
                next.on(channel).send(bytes("next"));
                next.on(channel).flush();
            }));
            assertThat(read(socket, 4)).isEqualTo("next");
            next.close();
        }
        foreign.close();
        var _ = others.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskForEachPipelinedRequestAnswersInOrder(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        int port = serve(
                transport,
                channel -> channel.pipeline()
                        .addLast(new HttpServerCodec(), new HttpObjectAggregator(1000))
                        .addLast(new SimpleChannelInboundHandler<FullHttpRequest>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
                                ChannelTasks tasks = runtime.on(context.channel());
                                request.retain();
                                var _ = tasks.start(() -> {
                                    try {
                                        var answer = new DefaultFullHttpResponse(
                                                HttpVersion.HTTP_1_1,
                                                HttpResponseStatus.OK,
                                                bytes(request.uri().substring(1)));
                                        answer.headers().set("content-length", 1);
                                        tasks.send(answer);
                                    } finally {
                                        request.release();
                                    }
                                });
                            }
                        }));
        var requests = new StringBuilder();
        var answers = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            requests.append("GET /").append(i % 10).append(" HTTP/1.1\r\nhost: x\r\n\r\n");
            answers.append("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n").append(i % 10);
        }
        try (Socket socket = connect(port)) {
            for (int round = 0; round < 5; round++) {
                write(socket, requests.toString());
                assertThat(read(socket, answers.length())).isEqualTo(answers.toString());
            }
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void manyTasksWaitForRoomAndAllAreServed(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 2));
        var refused = new AtomicInteger();
        int port = serve(transport, channel -> {
            channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(10_000, 20_000));
            channel.pipeline().addLast(onRead((context, _) -> {
                ChannelTasks tasks = runtime.on(context.channel());
                for (int i = 0; i < 50; i++) {
                    var _ = tasks.start(() -> {
                        for (int sent = 0; sent < 100; sent++) {
                            tasks.send(context.alloc().buffer(1000).writeZero(1000));
                        }
                        tasks.flush();
                    });
                    var _ = runtime.start(
                            () -> { // on either loop
                                ByteBuf more = bytes("x".repeat(100));
                                try {
                                    tasks.sendNow(more);
                                } catch (WouldBlockException full) {
                                    more.release();
                                    refused.incrementAndGet();
                                }
                            });
                }
            }));
        });
        try (Socket socket = connect(port)) {
            write(socket, "x");
            assertThat(socket.getInputStream().readNBytes(5_000_000)).hasSize(5_000_000);
            long end = System.nanoTime() + 10_000_000_000L;
            while (runtime.statistics().tasksAlive() > 1) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.onSpinWait();
            }
            int rest = (50 - refused.get()) * 100;
            assertThat(socket.getInputStream().readNBytes(rest)).hasSize(rest);
        }
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskThatWaitsForRoomLearnsThatTheChannelIsClosed(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var outcome = new CompletableFuture<Throwable>();
        var started = new Signal();
        int port = serve(
                transport,
                channel -> channel.pipeline().addLast(onRead((context, _) -> {
                    ChannelTasks tasks = runtime.on(context.channel());
                    var _ = runtime.start(
                            () -> { // not cancelled by the close
                                try {
                                    started.set();
                                    while (true) {
                                        tasks.send(
                                                context.alloc().buffer(10_000).writeZero(10_000));
                                    }
                                } catch (BrokenResourceException | Cancelled over) {
                                    outcome.complete(over);
                                    throw over;
                                }
                            });
                })));
        try (Socket socket = connect(port)) {
            write(socket, "x");
            started.awaitInThread();
            assertThat(socket.getInputStream().readNBytes(1_000_000)).hasSize(1_000_000);
        }
        assertThat(get(outcome)).isInstanceOf(BrokenResourceException.class);
        runtime.close();
    }
}
