package io.anyio.net;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.netty.NettyBackendProvider;
import io.anyio.spi.SocketSettings;
import io.anyio.stream.ByteStream;
import io.anyio.testing.ListenerContract;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract of listeners holds for one that listens on several addresses, whose clients use all of them. */
class MultiListenerContractTest {
    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");

    private record Subject(SocketListener listener, AtomicInteger clients) implements ListenerContract.Subject {
        static Subject open() throws IOException {
            List<InetAddress> addresses =
                    HOSTS.stream().map(InetAddress::ofLiteral).toList();
            var binder = new MultiAddressBinder(CurrentNetwork.get("listen by TCP"), 0, SocketSettings.DEFAULTS);
            return new Subject(
                    new SocketListener(binder.listen(addresses, 0), ListenOptions.DEFAULTS), new AtomicInteger());
        }

        @Override
        public ByteStream connect() {
            return Tcp.connect(HOSTS.get(clients.getAndIncrement() % HOSTS.size()), listener.port());
        }

        @Override
        public ByteStream accept() {
            return listener.accept();
        }
    }

    @TestFactory
    Stream<DynamicTest> severalAddresses() {
        return new NettyBackendProvider()
                .variants().stream()
                        .flatMap(options -> ListenerContract.of(Subject::open)
                                .withAccept(true)
                                .checks()
                                .map(check -> dynamicTest(
                                        options.transport().orElseThrow().label() + ": " + check.name(),
                                        () -> check.runOn(options))));
    }
}
