package io.anyio.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.netty.NettyBackendProvider;
import io.anyio.netty.NettyFutures;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of tasks on the event loops of a server and a client of gRPC, which get the group of the application. */
class GrpcTest {
    private static final MethodDescriptor<String, String> GREET = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("strangers.Greeter/Greet")
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    /** Messages are strings, without protocol buffers. */
    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    private ServerCalls.UnaryMethod<String, String> greeter = (name, answer) -> {
        answer.onNext("hello, " + name);
        answer.onCompleted();
    };
    private EventLoopGroup boss;
    private EventLoopGroup workers;
    private Server server;
    private ManagedChannel channel;

    static List<Transport> transports() {
        return new NettyBackendProvider()
                .variants().stream()
                        .map(options -> options.transport().orElseThrow())
                        .filter(transport -> transport != Transport.KQUEUE) // not on the class path
                        .toList();
    }

    private void open(Transport transport) throws Exception {
        boss = new MultiThreadIoEventLoopGroup(1, handlers(transport));
        workers = new MultiThreadIoEventLoopGroup(2, handlers(transport));
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .bossEventLoopGroup(boss)
                .workerEventLoopGroup(workers)
                .channelType(serverType(transport))
                .addService(ServerServiceDefinition.builder("strangers.Greeter")
                        .addMethod(GREET, ServerCalls.asyncUnaryCall((name, answer) -> greeter.invoke(name, answer)))
                        .build())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .eventLoopGroup(workers)
                .channelType(clientType(transport))
                .usePlaintext()
                .build();
    }

    private static IoHandlerFactory handlers(Transport transport) {
        return switch (transport) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    private static Class<? extends ServerChannel> serverType(Transport transport) {
        return switch (transport) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }

    private static Class<? extends Channel> clientType(Transport transport) {
        return switch (transport) {
            case EPOLL -> EpollSocketChannel.class;
            case IO_URING -> IoUringSocketChannel.class;
            default -> NioSocketChannel.class;
        };
    }

    @AfterEach
    void close() throws Exception {
        assertThat(channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        var closing = boss.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        workers.shutdownGracefully(0, 5, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS);
        closing.get(30, TimeUnit.SECONDS);
    }

    private String greet(String name) {
        return ClientCalls.blockingUnaryCall(channel, GREET, CallOptions.DEFAULT, name);
    }

    /** Returns the answer as a future, as an application does that avoids Guava. */
    private CompletableFuture<String> greetLater(String name) {
        var answer = new CompletableFuture<String>();
        ClientCalls.asyncUnaryCall(channel.newCall(GREET, CallOptions.DEFAULT), name, new StreamObserver<>() {
            @Override
            public void onNext(String value) {
                answer.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                // the answer has arrived
            }
        });
        return answer;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void tasksWorkBesideCalls(Transport transport) throws Exception {
        open(transport);
        Guests.work(workers, () -> assertThat(greet("you")).isEqualTo("hello, you"));
        try (var runtime = NettyRuntime.attach(workers)) {
            assertThat(runtime.info().transport()).isEqualTo(transport.label());
            assertThat(Guests.await(runtime, () -> greetLater("task"))).isEqualTo("hello, task");
            assertThat(Guests.call(runtime, () -> greet("task"))).isEqualTo("hello, task");
            runtime.start(() -> NettyFutures.await(boss.next().submit(() -> {})))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aCallIsAnsweredByATask(Transport transport) throws Exception {
        open(transport);
        try (var runtime = NettyRuntime.attach(workers)) {
            greeter = (name, answer) -> {
                var _ = runtime.start(() -> {
                            AnyIO.sleep(Duration.ofMillis(1));
                            return "a task greets " + name;
                        })
                        .whenComplete((text, failure) -> {
                            if (failure != null) {
                                answer.onError(failure);
                            } else {
                                answer.onNext(text);
                                answer.onCompleted();
                            }
                        });
            };
            for (int i = 0; i < 20; i++) {
                assertThat(greet("you")).isEqualTo("a task greets you");
            }
        }
    }
}
