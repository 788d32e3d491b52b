package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.Transport;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of threads on which a run must not begin, and of the groups that a run takes over and always shuts down. */
class RefusalTest extends NettyGuaranteeTestBase {

    private static void runHere() {
        AnyIO.run(() -> {}, NettyOptions.DEFAULTS);
    }

    private static void runOn(Supplier<? extends EventLoopGroup> factory) throws Exception {
        bounded(() -> {
            AnyIO.run(
                    () -> {
                        AnyIO.checkpoint();
                        assertThat(AnyIO.currentBackend()).hasValue("netty");
                    },
                    NettyOptions.DEFAULTS.withLoopFactory(factory));
            return null;
        });
    }

    private static void refusedOn(Executor executor) {
        assertThatThrownBy(() -> CompletableFuture.runAsync(RefusalTest::runHere, executor)
                        .get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NettyRuntime.attach");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void runIsRefusedInATaskAndOnALoop(Transport transport) throws Exception {
        run(
                transport,
                () -> assertThatThrownBy(RefusalTest::runHere)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("already runs"));
        var group = group(transport, 1);
        refusedOn(group);
        shutDown(group);
    }

    @Test
    @SuppressWarnings("deprecation") // deprecated groups as well
    void runIsRefusedOnTheThreadOfAnyEventExecutor() throws Exception {
        var executor = new DefaultEventExecutor();
        var loops = new DefaultEventLoopGroup(1);
        refusedOn(executor);
        refusedOn(loops);
        refusedOn(GlobalEventExecutor.INSTANCE);
        shutDown(loops);
        var _ = executor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        bounded(() -> {
            var loop = new ManualIoEventLoop(Thread.currentThread(), NioIoHandler.newFactory());
            var refused = new CompletableFuture<Boolean>();
            loop.execute(() -> {
                assertThatThrownBy(RefusalTest::runHere).hasMessageContaining("NettyRuntime.attach");
                refused.complete(true);
            });
            loop.runNow();
            assertThat(refused).isCompletedWithValue(true);
            return null;
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aGroupIsForOneRun(Transport transport) throws Exception {
        var group = group(transport, 1);
        runOn(() -> group);
        assertThat(group.isTerminated()).isTrue();
        assertThatThrownBy(() -> runOn(() -> group))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("return a new group each time");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aGroupInUseIsRefused(Transport transport) throws Exception {
        var group = group(transport, 1);
        bounded(() -> {
            AnyIO.run(
                    () -> {
                        var second = new CompletableFuture<Throwable>();
                        Thread.ofPlatform().start(() -> {
                            try {
                                runOn(() -> group);
                            } catch (Throwable refused) {
                                second.complete(refused);
                            }
                        });
                        assertThat(second.get(30, TimeUnit.SECONDS)).hasMessageContaining("used by another run");
                    },
                    NettyOptions.DEFAULTS.withLoopFactory(() -> group));
            return null;
        });
    }

    @Test
    void aGroupWithChannelsIsRefusedAndPointsAtAttach() {
        var group = group(Transport.NIO, 1);
        var channel = new NioServerSocketChannel();
        assertThat(group.register(channel).awaitUninterruptibly().isSuccess()).isTrue();
        var bound = channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        assertThat(bound.awaitUninterruptibly().isSuccess()).isTrue();
        assertThatThrownBy(() -> runOn(() -> group))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NettyRuntime.attach");
        assertThat(group.isShuttingDown()).isFalse();
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aGroupIsShutDownAlsoWhenTheRunFails(Transport transport) {
        var group = group(transport, 1);
        assertThatThrownBy(() -> bounded(() -> {
                    AnyIO.run(
                            () -> {
                                throw new IllegalStateException("mine");
                            },
                            NettyOptions.DEFAULTS.withLoopFactory(() -> group));
                    return null;
                }))
                .hasMessage("mine");
        assertThat(group.isTerminated()).isTrue();
    }

    @Test
    @SuppressWarnings("deprecation") // the deprecated form is the subject
    void groupsOfTheOldClassesWork() throws Exception {
        runOn(() -> new NioEventLoopGroup(1));
        runOn(() -> new DefaultEventLoopGroup(1));
        if (Epoll.isAvailable()) {
            runOn(() -> new EpollEventLoopGroup(1));
        }
    }
}
