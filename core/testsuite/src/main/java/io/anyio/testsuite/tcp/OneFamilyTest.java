package io.anyio.testsuite.tcp;

import static io.anyio.testsuite.tcp.OneFamily.IPV4;
import static io.anyio.testsuite.tcp.OneFamily.IPV6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.net.ConnectOptions;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that listeners accept only the family of their address, IPv4 or IPv6, and that clients use one family. */
class OneFamilyTest extends TcpTestBase {
    @BeforeEach
    void thereIsIpv6() {
        OneFamily.assumeIpv6();
    }

    /** Serves one client of {@code own} after many of {@code other}, which must not reach a handler. */
    private void serveOnly(SocketListener listener, String own, String other) {
        peer(OneFamily.clients(listener.port(), own, other));
        OneFamily.serveOne(listener, own);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void allAddressesOfIpv4AreNotOpenOnIpv6(Transport transport) throws IOException {
        run(transport, () -> {
            try (SocketListener listener = OneFamily.listen("0.0.0.0")) {
                assertThat(listener.localAddress().getAddress()).isEqualTo(InetAddress.ofLiteral("0.0.0.0"));
                serveOnly(listener, IPV4, IPV6);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void allAddressesOfIpv6AreNotOpenOnIpv4(Transport transport) throws IOException {
        run(transport, () -> {
            try (SocketListener listener = OneFamily.listen("::")) {
                assertThat(listener.localAddress().getAddress()).isEqualTo(InetAddress.ofLiteral("::"));
                serveOnly(listener, IPV6, IPV4);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void oneLoopbackAddressIsNotOpenOnTheOther(Transport transport) throws IOException {
        run(transport, () -> {
            for (String own : new String[] {IPV4, IPV6}) {
                try (SocketListener listener = OneFamily.listen(own)) {
                    serveOnly(listener, own, own.equals(IPV4) ? IPV6 : IPV4);
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void onEpollTheFamiliesShareAPortAndElsewhereItIsTaken(Transport transport) {
        run(transport, () -> {
            try (SocketListener four = Tcp.listen("0.0.0.0", 0)) {
                if (transport.label().equals("epoll")) {
                    try (SocketListener six = Tcp.listen("::", four.port());
                            SocketStream client = Tcp.connect(IPV6, four.port());
                            SocketStream server = six.accept()) {
                        assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
                    }
                } else {
                    assertThatThrownBy(() -> Tcp.listen("::", four.port()))
                            .isInstanceOf(UncheckedIOException.class)
                            .hasCauseInstanceOf(BindException.class);
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aLocalAddressOfTheOtherFamilyIsSaidToBeOne(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(0)) {
                for (String host : new String[] {IPV4, IPV6}) {
                    InetAddress other = InetAddress.ofLiteral(host.equals(IPV4) ? IPV6 : IPV4);
                    ConnectOptions options = ConnectOptions.DEFAULTS.withLocalAddress(new InetSocketAddress(other, 0));
                    assertThatThrownBy(() -> Tcp.connect(host, listener.port(), options))
                            .isInstanceOf(ConnectionFailedException.class)
                            .hasMessageStartingWith("Cannot connect to " + host + " port " + listener.port()
                                    + ": the local address " + other.getHostAddress() + " is IPv")
                            .hasMessageEndingWith("; give a local address of that family");
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aWildcardAsLocalAddressFitsBothFamilies(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(0)) {
                for (String local : new String[] {"0.0.0.0", "::"}) {
                    for (String host : new String[] {IPV4, IPV6}) {
                        InetSocketAddress from = new InetSocketAddress(InetAddress.ofLiteral(local), 0);
                        try (SocketStream client = Tcp.connect(
                                        host, listener.port(), ConnectOptions.DEFAULTS.withLocalAddress(from));
                                SocketStream server = listener.accept()) {
                            assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
                        }
                    }
                }
            }
        });
    }
}
