package io.anyio.netty;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.ByteStream;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.testing.BackendContract;
import io.anyio.testing.ByteStreamContract;
import io.anyio.testing.ContractCheck;
import io.anyio.testing.ListenerContract;
import io.anyio.testing.ObjectStreamContract;
import io.anyio.testing.StreamPair;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contracts of {@code io.anyio.testing} hold on every transport of this machine. */
class ContractsTest {
    static {
        Leaks.install();
    }

    private static final String HOST = "127.0.0.1";

    @AfterEach
    void nothingLeaks() {
        Leaks.assertNone();
    }

    /** Returns a test for each check on each transport. */
    private static Stream<DynamicTest> onEachTransport(Function<NettyOptions, Stream<ContractCheck>> checks) {
        return new NettyBackendProvider()
                .variants().stream()
                        .flatMap(options -> checks.apply(options)
                                .map(check -> dynamicTest(
                                        options.transport().orElseThrow().label() + ": " + check.name(),
                                        () -> check.runOn(options))));
    }

    private static StreamPair<SocketStream, SocketStream> connection() {
        try (SocketListener listener = Tcp.listen(HOST, 0)) {
            SocketStream client = Tcp.connect(HOST, listener.port());
            return new StreamPair<>(client, listener.accept());
        }
    }

    @TestFactory
    Stream<DynamicTest> connections() {
        return onEachTransport(
                _ -> ByteStreamContract.twoWay(ContractsTest::connection).checks());
    }

    @TestFactory
    Stream<DynamicTest> memoryStreams() {
        return onEachTransport(_ -> ObjectStreamContract.oneWay(
                        () -> {
                            var stream = MemoryObjectStream.<Integer>create(3);
                            return new StreamPair<>(stream.sender(), stream.receiver());
                        },
                        number -> number)
                .checks());
    }

    /** A listener on one address, or on several. */
    private record TcpSubject(SocketListener listener) implements ListenerContract.Subject {
        @Override
        public ByteStream connect() {
            return Tcp.connect(HOST, listener.port());
        }

        @Override
        public ByteStream accept() {
            return listener.accept();
        }
    }

    @TestFactory
    Stream<DynamicTest> listeners() {
        return onEachTransport(_ -> ListenerContract.of(() -> new TcpSubject(Tcp.listen(HOST, 0)))
                .withAccept(true)
                .checks());
    }

    @TestFactory
    Stream<DynamicTest> listenersThatSpreadTheirConnections() {
        ListenOptions spread = ListenOptions.DEFAULTS.withSpread(true);
        return onEachTransport(_ -> ListenerContract.of(() -> new TcpSubject(Tcp.listen(HOST, 0, spread)))
                .withAccept(true)
                .checks());
    }

    @TestFactory
    Stream<DynamicTest> backends() {
        return new NettyBackendProvider()
                .variants().stream()
                        .flatMap(options -> Stream.of(options, options.withLoops(3)))
                        .flatMap(options -> BackendContract.of(options)
                                .checks()
                                .map(check -> dynamicTest(options + ": " + check.name(), check::run)));
    }
}
