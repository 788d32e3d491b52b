package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that each message is released exactly once, and that what one sender sends keeps its order, while tasks of two
 * loops and other threads send, receive, are cancelled and close at random moments.
 */
class MessageOwnershipTest extends AttachedServerTestBase {
    private static final int ROUNDS = 40;
    private static final int MESSAGES = 200;

    private volatile CompletableFuture<Channel> accepted = new CompletableFuture<>();

    /** Returns a predicate that tells whether the current thread is one of the group's, and no task. */
    private static BooleanSupplier inLoopOf(EventLoopGroup group) {
        return () -> {
            for (EventExecutor loop : group) {
                if (loop.inEventLoop()) {
                    return true;
                }
            }
            return false;
        };
    }

    /** Writes 50 bytes for each message, and checks the order of each sender. */
    private static final class Encoder extends ChannelOutboundHandlerAdapter {
        private final int[] last = {-1, -1, -1, -1, -1, -1};
        private final AtomicInteger disorders;

        Encoder(AtomicInteger disorders) {
            this.disorders = disorders;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (!(message instanceof TrackedMessage tracked)) {
                var _ = context.write(message, promise);
                return;
            }
            tracked.written();
            if (tracked.number <= last[tracked.sender]) {
                disorders.incrementAndGet();
            }
            last[tracked.sender] = tracked.number;
            tracked.release();
            var _ = context.write(context.alloc().buffer(50).writeZero(50), promise);
        }
    }

    /** Makes a message of each byte. */
    private static final class Decoder extends ChannelInboundHandlerAdapter {
        private final TrackedMessage.All all;
        private int number;

        Decoder(TrackedMessage.All all) {
            this.all = all;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var bytes = (ByteBuf) message;
            while (bytes.isReadable()) {
                bytes.skipBytes(1);
                context.fireChannelRead(all.create(0, number++));
            }
            bytes.release();
        }
    }

    private static void sendNow(MessageStream connection, TrackedMessage.All all, int sender) {
        for (int i = 0; i < MESSAGES; i++) {
            TrackedMessage message = all.create(sender, i);
            try {
                connection.sendNow(message);
            } catch (WouldBlockException full) {
                connection.channel().eventLoop().execute(message::release);
            } catch (BrokenResourceException | ClosedResourceException over) {
                connection.channel().eventLoop().execute(message::release);
                return;
            }
        }
    }

    private static void send(MessageStream connection, TrackedMessage.All all, int sender, SplittableRandom random) {
        for (int i = 0; i < MESSAGES; i++) {
            TrackedMessage message = all.create(sender, i);
            int way = random.nextInt(20);
            if (way == 0) {
                CancelScope.open(scope -> {
                    scope.cancel();
                    connection.send(message);
                });
            } else {
                connection.send(message);
                if (way == 1) {
                    connection.flush();
                    assertThat(message.refCnt()).as("flushed").isZero();
                }
            }
        }
    }

    private static void sendUntilClosed(
            MessageStream connection, TrackedMessage.All all, int sender, SplittableRandom random) {
        try {
            send(connection, all, sender, random);
        } catch (BrokenResourceException | ClosedResourceException over) {
            // the message that was not sent is released
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void ofEachMessageThatIsSent(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 2));
        var all = new TrackedMessage.All(inLoopOf(group(transport, 2)));
        var disorders = new AtomicInteger();
        var random = new SplittableRandom(1);
        var senders = new ConcurrentLinkedQueue<CompletableFuture<?>>();
        var handler = runtime.handler(connection -> {
            Channel channel = connection.channel();
            accepted.complete(channel);
            int way = random.nextInt(4);
            var seeds = List.of(random.split(), random.split(), random.split(), random.split());
            senders.add(CompletableFuture.runAsync(() -> sendNow(connection, all, 5)));
            for (int i = 2; i < 4; i++) { // tasks on both loops, which live on when the channel closes
                int sender = i;
                senders.add(runtime.start(
                        TaskOptions.DEFAULTS.withLoop(i % 2),
                        () -> sendUntilClosed(connection, all, sender, seeds.get(sender))));
            }
            var end = random.split();
            TaskGroup.run(tasks -> {
                tasks.startSoon(() -> sendUntilClosed(connection, all, 0, seeds.get(0)));
                tasks.startSoon(() -> sendUntilClosed(connection, all, 1, seeds.get(1)));
                int turns = end.nextInt(200);
                for (int i = 0; i < turns; i++) {
                    AnyIO.checkpoint();
                }
                switch (way) {
                    case 0 -> connection.close();
                    case 1 -> {
                        var _ = channel.close();
                    }
                    case 2 -> tasks.cancel();
                    default -> {}
                }
            });
        });
        int port = serve(transport, channel -> {
            channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1000));
            channel.pipeline().addLast(new Encoder(disorders), handler);
        });
        for (int i = 0; i < ROUNDS; i++) {
            accepted = new CompletableFuture<>();
            try (Socket socket = connect(port)) {
                get(accepted);
                if (i % 4 == 0) {
                    assertThat(socket.getInputStream().read()).isGreaterThanOrEqualTo(-1);
                    reset(socket);
                } else {
                    readToEnd(socket);
                }
            }
            awaitClosed(accepted.join());
            awaitIdle(runtime);
            for (CompletableFuture<?> sender : senders) {
                get(sender);
            }
            senders.clear();
            all.assertReleased();
        }
        assertThat(disorders).hasValue(0);
        assertThat(all.size()).isGreaterThan(ROUNDS * 5);
        runtime.close();
    }

    /** Waits until the channel is closed, and its loop has handled what it has read. */
    private static void awaitClosed(Channel channel) throws Exception {
        channel.closeFuture().sync();
        channel.eventLoop().submit(() -> {}).sync();
    }

    private static void awaitIdle(NettyRuntime runtime) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (runtime.statistics().tasksAlive() > 1) { // its own first task
            assertThat(System.nanoTime()).as("no task is stuck").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static void readToEnd(Socket socket) {
        try {
            readAll(socket);
        } catch (IOException reset) {
            // of a channel that was closed with bytes left
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void ofEachMessageThatArrives(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var all = new TrackedMessage.All(inLoopOf(group(transport, 1)));
        var random = new SplittableRandom(2);
        var handler = runtime.handler(connection -> {
            accepted.complete(connection.channel());
            int messages = random.nextInt(2000);
            int way = random.nextInt(4);
            int last = -1;
            var go = new Signal();
            if (way == 0) {
                peer(() -> {
                    go.awaitInThread();
                    connection.close();
                    return null;
                });
            }
            try {
                for (int i = 0; i < messages; i++) {
                    if (i == messages / 2) {
                        go.set();
                    }
                    if (random.nextInt(30) == 0) {
                        CancelScope.open(scope -> {
                            scope.cancel();
                            connection.receive();
                        });
                    }
                    var message = (TrackedMessage) connection.receive();
                    assertThat(message.number).isEqualTo(last + 1); // a cancelled call loses none
                    last = message.number;
                }
            } catch (ClosedResourceException closed) {
                assertThat(way).isZero();
            } finally {
                go.set();
            }
            switch (way) {
                case 1 -> {
                    var _ = connection.channel().close();
                }
                case 2 -> AnyIO.checkpoint();
                default -> {}
            }
        });
        int port = serve(transport, channel -> {
            channel.config().setAutoRead(random.nextBoolean());
            channel.pipeline().addLast(new Decoder(all), handler);
        });
        for (int i = 0; i < ROUNDS; i++) {
            accepted = new CompletableFuture<>();
            try (Socket socket = connect(port)) {
                get(accepted);
                try {
                    for (int writes = 0; writes < 5; writes++) {
                        socket.getOutputStream().write(new byte[300]);
                    }
                } catch (IOException closed) {
                    // by the task
                }
            }
            awaitClosed(accepted.join());
            awaitIdle(runtime);
            all.assertReleased();
        }
        assertThat(all.size()).isGreaterThan(ROUNDS * 100);
        runtime.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskThatReceivesBytesWhileAnotherThreadClosesSeesNoReleasedBuffer(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var outcomes = new ConcurrentLinkedQueue<Throwable>();
        var handler = runtime.handler(connection -> {
            accepted.complete(connection.channel());
            ByteStream bytes = connection.asBytes();
            long count = bytes.receive(1).length;
            var closing = CompletableFuture.runAsync(connection::close);
            try {
                while (true) {
                    count += bytes.receive(1).length;
                }
            } catch (Exception over) {
                outcomes.add(over);
            }
            AnyIO.await(closing);
            assertThat(count).isPositive();
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(handler));
        for (int i = 0; i < 2 * ROUNDS; i++) {
            accepted = new CompletableFuture<>();
            try (Socket socket = connect(port)) {
                socket.getOutputStream().write(new byte[20_000]);
                get(accepted).closeFuture().sync();
            } catch (IOException reset) {
                // closed with bytes that were not received
            }
        }
        awaitIdle(runtime);
        assertThat(outcomes)
                .isNotEmpty()
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfAny(
                                ClosedResourceException.class,
                                BrokenResourceException.class,
                                EndOfStreamException.class));
        runtime.close();
    }
}
