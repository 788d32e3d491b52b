package io.anyio.jdk;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.ByteStream;
import io.anyio.testing.BackendContract;
import io.anyio.testing.ByteStreamContract;
import io.anyio.testing.ContractCheck;
import io.anyio.testing.ListenerContract;
import io.anyio.testing.StreamPair;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contracts of {@code io.anyio.testing} hold on this backend. */
class JdkContractsTest {
    private static final String HOST = "127.0.0.1";

    private static Stream<DynamicTest> tests(Stream<ContractCheck> checks) {
        return checks.map(check -> dynamicTest(check.name(), () -> check.runOn(JdkOptions.DEFAULTS)));
    }

    private static StreamPair<SocketStream, SocketStream> connection() {
        try (SocketListener listener = Tcp.listen(HOST, 0)) {
            SocketStream client = Tcp.connect(HOST, listener.port());
            return new StreamPair<>(client, listener.accept());
        }
    }

    @TestFactory
    Stream<DynamicTest> connections() {
        return tests(ByteStreamContract.twoWay(JdkContractsTest::connection).checks());
    }

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
        return tests(ListenerContract.of(() -> new TcpSubject(Tcp.listen(HOST, 0)))
                .withAccept(true)
                .checks());
    }

    @TestFactory
    Stream<DynamicTest> listenersThatSpreadTheirConnections() {
        ListenOptions spread = ListenOptions.DEFAULTS.withSpread(true);
        return tests(ListenerContract.of(() -> new TcpSubject(Tcp.listen(HOST, 0, spread)))
                .withAccept(true)
                .checks());
    }

    @TestFactory
    Stream<DynamicTest> backends() {
        return Stream.of(JdkOptions.DEFAULTS, JdkOptions.DEFAULTS.withLoops(3))
                .flatMap(options -> BackendContract.of(options)
                        .checks()
                        .map(check -> dynamicTest(options + ": " + check.name(), check::run)));
    }
}
