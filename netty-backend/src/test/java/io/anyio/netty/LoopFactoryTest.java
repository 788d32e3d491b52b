package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.transport.TransportKind;
import io.anyio.netty.transport.TransportSupport;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that any group of Netty can carry a run, which owns the group and shuts it down. */
class LoopFactoryTest extends NettyTestBase {

    @SuppressWarnings("deprecation") // still used by many programs
    static Stream<Named<Supplier<EventLoopGroup>>> groups() {
        Stream.Builder<Named<Supplier<EventLoopGroup>>> groups = Stream.builder();
        groups.add(Named.of("nio", () -> new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory())));
        groups.add(Named.of("NioEventLoopGroup", () -> new io.netty.channel.nio.NioEventLoopGroup(1)));
        if (TransportSupport.whyNot(TransportKind.EPOLL).isEmpty()) {
            groups.add(Named.of("EpollEventLoopGroup", () -> new io.netty.channel.epoll.EpollEventLoopGroup(1)));
        }
        if (TransportSupport.whyNot(TransportKind.KQUEUE).isEmpty()) {
            groups.add(Named.of("KQueueEventLoopGroup", () -> new io.netty.channel.kqueue.KQueueEventLoopGroup(1)));
        }
        if (TransportSupport.whyNot(TransportKind.IO_URING).isEmpty()) {
            groups.add(Named.of("io_uring", () -> new MultiThreadIoEventLoopGroup(1, IoUringIoHandler.newFactory())));
        }
        return groups.build();
    }

    private static void talkToItself() {
        try (SocketListener listener = Tcp.listen(HOST, 0);
                SocketStream client = Tcp.connect(HOST, listener.port());
                SocketStream server = listener.accept()) {
            client.send(new byte[] {1});
            assertThat(server.receive()).containsExactly(1);
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void carriesARunAndIsShutDownByIt(Supplier<EventLoopGroup> factory) {
        EventLoopGroup[] made = new EventLoopGroup[1];
        AnyIO.run(LoopFactoryTest::talkToItself, NettyOptions.DEFAULTS.withLoopFactory(() -> made[0] = factory.get()));
        assertThat(made[0].isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("groups")
    void isShutDownAfterAFailure(Supplier<EventLoopGroup> factory) {
        EventLoopGroup[] made = new EventLoopGroup[1];
        assertThatThrownBy(() -> AnyIO.run(
                        () -> {
                            throw new IllegalStateException("main failed");
                        },
                        NettyOptions.DEFAULTS.withLoopFactory(() -> made[0] = factory.get())))
                .hasMessage("main failed");
        assertThat(made[0].isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("groups")
    void whatTasksLeaveOpenIsClosed(Supplier<EventLoopGroup> factory) {
        AnyIO.run(
                () -> {
                    SocketListener listener = Tcp.listen(HOST, 0);
                    int port = listener.port();
                    peer(() -> {
                        try (var socket = connect(port)) {
                            return readAll(socket);
                        }
                    });
                    listener.accept();
                },
                NettyOptions.DEFAULTS.withLoopFactory(factory));
    }

    @Test
    @SuppressWarnings("deprecation")
    void tasksAndTimersRunOnAGroupWithoutANetwork() {
        NettyOptions options = NettyOptions.DEFAULTS.withLoopFactory(() -> new DefaultEventLoopGroup(2));
        AnyIO.run(
                () -> {
                    assertThat(AnyIO.currentRun().transport()).isEqualTo("none");
                    TaskGroup.run(group -> group.startSoon(AnyIO::checkpoint));
                    CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(1), () -> AnyIO.sleepForever());
                    assertThat(scope.cancelledCaught()).isTrue();
                    assertThatThrownBy(() -> Tcp.listen(HOST, 0))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("withChannels");
                },
                options);
    }

    @Test
    void channelsCanBeNamedForAGroupThatDoesNotTell() {
        AnyIO.run(
                () -> {
                    assertThat(AnyIO.currentRun().transport()).isEqualTo("mine");
                    talkToItself();
                },
                NettyOptions.DEFAULTS
                        .withLoopFactory(() ->
                                new OpaqueEventLoopGroup(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())))
                        .withChannels(ChannelTypes.of("mine", NioServerSocketChannel::new, NioSocketChannel::new)));
    }

    @Test
    void aFactoryThatReturnsNothingIsToldSo() {
        assertThatThrownBy(() -> AnyIO.run(() -> {}, NettyOptions.DEFAULTS.withLoopFactory(() -> null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("null");
    }

    @Test
    void aGroupOfAnEarlierRunIsRefused() {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        NettyOptions options = NettyOptions.DEFAULTS.withLoopFactory(() -> group);
        AnyIO.run(() -> {}, options);
        assertThatThrownBy(() -> AnyIO.run(() -> {}, options))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("new group each time");
    }

    @Test
    void aGroupOfARunThatIsUnderWayIsRefusedAndLeftAlone() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        NettyOptions options = NettyOptions.DEFAULTS.withLoopFactory(() -> group);
        AnyIO.run(
                () -> {
                    assertThat(get(peerRun(group))).hasMessageContaining("another run");
                    assertThat(group.isShuttingDown()).isFalse();
                },
                options);
    }

    /** Neither runs nor refusals leave traces on loops that they do not use. */
    @Test
    void aGroupThatIsRefusedForOneLoopKeepsNoneOfThem() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        EventLoop first = group.next();
        EventLoop second = group.next();
        AnyIO.run(
                () -> {
                    assertThat(get(peerRun(group))).hasMessageContaining("another run");
                    assertThat(get(peerRun(first))).isNull();
                },
                NettyOptions.DEFAULTS.withLoopFactory(() -> second));
        assertThatThrownBy(() -> AnyIO.run(() -> {}, NettyOptions.DEFAULTS.withLoopFactory(() -> group)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was shut down");
    }

    /** Returns the failure of a run on this group, started by another thread, or null. */
    private CompletableFuture<Throwable> peerRun(EventLoopGroup group) {
        var failure = new CompletableFuture<Throwable>();
        peer(() -> {
            try {
                AnyIO.run(() -> {}, NettyOptions.DEFAULTS.withLoopFactory(() -> group));
                failure.complete(null);
            } catch (IllegalStateException e) {
                failure.complete(e);
            }
            return null;
        });
        return failure;
    }

    @Test
    void aGroupThatARuntimeIsAttachedToIsRefusedAndLeftAlone() {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        NettyOptions options = NettyOptions.DEFAULTS.withLoopFactory(() -> group);
        var one = NettyRuntime.attach(group.next());
        var other = NettyRuntime.attach(group.next());
        for (NettyRuntime runtime : List.of(one, other)) {
            assertThatThrownBy(() -> AnyIO.run(() -> {}, options))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is attached to");
            assertThat(group.isShuttingDown()).isFalse();
            runtime.close();
            runtime.close();
        }
        AnyIO.run(() -> {}, options);
        assertThat(group.isTerminated()).isTrue();
    }

    @Test
    void aGroupWithChannelsIsRefusedAndLeftAlone() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            var channel = new NioServerSocketChannel();
            group.register(channel).sync();
            assertThatThrownBy(() -> AnyIO.run(() -> {}, NettyOptions.DEFAULTS.withLoopFactory(() -> group)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(" has 1 registered channel,")
                    .hasMessageContaining("NettyRuntime.attach");
            assertThat(group.isShuttingDown()).isFalse();
            channel.close().sync();
        } finally {
            group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS)
                    .sync();
        }
    }
}
