package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.resource.BrokenResourceException;
import io.anyio.sync.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of event loops that end while tasks use connections: their calls fail, and every task ends. */
class StreamShutdownTest extends NettyGuaranteeTestBase {
    private static final int PAIRS = 20;

    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger echoed = new AtomicInteger();

    @ParameterizedTest
    @MethodSource("transports")
    void noCallHangsWhenLoopsEndAtRandomMoments(Transport transport) throws Exception {
        repeat(transport, 15);
    }

    @Tag("stress")
    @Timeout(1800)
    @ParameterizedTest
    @MethodSource("transports")
    void noCallHangsWhenLoopsEndAtAThousandRandomMoments(Transport transport) throws Exception {
        repeat(transport, 1_000);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void onALoopThatHasEndedConnectingAndListeningFail(Transport transport) throws Exception {
        var group = group(transport, 1);
        var over = Event.create();
        try (var runtime = NettyRuntime.attach(group)) {
            var task = runtime.start(() -> CancelScope.shielded(
                    () -> { // from the end of the runtime
                        over.await();
                        assertThatThrownBy(() -> Tcp.connect(HOST, 1))
                                .isInstanceOf(ConnectionFailedException.class)
                                .hasMessageContaining("event loop has ended");
                        assertThatThrownBy(() -> Tcp.listen(HOST, 0))
                                .isInstanceOf(UncheckedIOException.class)
                                .hasMessageContaining("event loop has ended");
                    }));
            shutDown(group);
            over.set();
            task.get(30, TimeUnit.SECONDS);
        }
    }

    /** A loop that a task shuts down without a quiet period does not look at its channels again. */
    @ParameterizedTest
    @MethodSource("transports")
    void aLoopThatATaskShutsDownAtOnceBreaksItsConnections(Transport transport) throws Exception {
        var group = group(transport, 1);
        try (var runtime = NettyRuntime.attach(group)) {
            var task = runtime.start(() -> CancelScope.shielded(
                    () -> { // from the end of the runtime
                        SocketListener listener = Tcp.listen(HOST, 0);
                        SocketStream ours = Tcp.connect(HOST, listener.port());
                        SocketStream theirs = listener.accept();
                        AnyIO.checkpoint();
                        var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
                        for (SocketStream stream : List.of(ours, theirs)) {
                            assertThatThrownBy(() -> stream.receive(1))
                                    .isInstanceOf(BrokenResourceException.class)
                                    .cause()
                                    .hasMessageContaining("event loop");
                        }
                        assertThatThrownBy(listener::accept)
                                .isInstanceOf(BrokenResourceException.class)
                                .hasMessageContaining("event loop");
                    }));
            task.get(30, TimeUnit.SECONDS);
        }
    }

    private void repeat(Transport transport, int times) throws Exception {
        for (long seed = 0; seed < times; seed++) {
            var random = new SplittableRandom(seed);
            bounded(() -> {
                once(transport, random);
                return null;
            });
            assertThat(left).as("seed %d", seed).hasValue(entered.get());
        }
    }

    private void once(Transport transport, SplittableRandom random) throws Exception {
        var group = group(transport, random.nextInt(1, 3));
        var runtime = NettyRuntime.attach(group);
        var port = new CompletableFuture<Integer>();
        var server = runtime.start(counted(() -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                port.complete(listener.port());
                listener.serve(stream -> {
                    counted(() -> {
                                while (true) {
                                    stream.send(stream.receive());
                                }
                            })
                            .run();
                });
            }
        }));
        int served = port.get(30, TimeUnit.SECONDS);
        byte[] message = new byte[random.nextInt(1, 50_000)];
        for (int i = 0; i < PAIRS; i++) {
            var _ = runtime.start(counted(() -> {
                try (SocketStream stream = Tcp.connect(HOST, served)) {
                    while (true) {
                        stream.send(message);
                        for (int read = 0; read < message.length; ) { // otherwise both sides would end up sending
                            read += stream.receive().length;
                        }
                        echoed.incrementAndGet();
                    }
                }
            }));
        }
        int moment = echoed.get() + random.nextInt(200);
        until(() -> echoed.get() >= moment || server.isDone());
        var _ = group.shutdownGracefully(0, random.nextInt(2), TimeUnit.SECONDS);
        boolean willTerminate = transport != Transport.IO_URING; // may hang if woken while it ends, netty#16716
        if (willTerminate && random.nextBoolean()) {
            assertThat(group.terminationFuture().awaitUninterruptibly(30, TimeUnit.SECONDS))
                    .isTrue();
        }
        runtime.close();
        if (willTerminate) {
            shutDown(group);
        }
    }

    /** Returns a body that counts its begin and its end, and for which a broken connection is no failure. */
    private Block<Exception> counted(Block<Exception> body) {
        return () -> {
            entered.incrementAndGet();
            try {
                body.run();
            } catch (IOException broken) {
                // required when the loop ends
            } finally {
                left.incrementAndGet();
            }
        };
    }
}
