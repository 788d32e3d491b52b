package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.NoEventLoopException;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.net.ConnectOptions;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.spi.Network;
import io.anyio.spi.SocketSettings;
import io.anyio.testsuite.Transport;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of connecting and listening: addresses, options, and refusals by the system. */
class ConnectTest extends TcpTestBase {

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Ported({"SO::TestTCPStream::test_extra_attributes", "SO::TestTCPListener::test_extra_attributes"})
    void connectsToItself(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0);
                    SocketStream client = Tcp.connect(HOST, listener.port());
                    SocketStream server = listener.accept()) {
                assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
                assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
                assertThat(server.localAddress()).isEqualTo(listener.localAddress());
                client.send(new byte[] {1, 2, 3});
                assertThat(server.receive()).containsExactly(1, 2, 3);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void findsNamesWithoutHoldingTheLoop(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(0);
                    SocketStream client = Tcp.connect("localhost", listener.port());
                    SocketStream server = listener.accept()) {
                server.send(new byte[] {7});
                assertThat(client.receive()).containsExactly(7);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({169})
    @Ported({"SO::TestTCPListener::test_accept", "SO::TestTCPListener::test_tcp_listener_same_port"})
    void listensOnIpv4AndIpv6AtOnce(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(0)) {
                for (String host : new String[] {"127.0.0.1", "::1"}) {
                    try (SocketStream client = Tcp.connect(host, listener.port());
                            SocketStream server = listener.accept()) {
                        client.send(new byte[] {5});
                        assertThat(server.receive()).containsExactly(5);
                    } catch (ConnectionFailedException e) {
                        assertThat(host).isEqualTo("::1"); // a machine that has no IPv6
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({166})
    @Ported({"SO::TestTCPStream::test_connection_refused"})
    void refusedNamesTheSystemsError(Transport transport) throws Exception {
        int port = unusedPort();
        run(
                transport,
                () -> assertThatThrownBy(() -> Tcp.connect(HOST, port))
                        .isInstanceOf(ConnectionFailedException.class)
                        .hasCauseInstanceOf(ConnectException.class)
                        .hasMessageContaining("127.0.0.1 port " + port));
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({169})
    void aPortInUseIsABindException(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                assertThatThrownBy(() -> Tcp.listen(HOST, listener.port()))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasCauseInstanceOf(BindException.class)
                        .cause()
                        .hasMessage("Address already in use");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({167})
    @Ported({"SO::TestTCPStream::test_connect_tcp_with_local_port"})
    void honoursTheLocalPortAndTheSocketOptions(Transport transport) throws Exception {
        int local = unusedPort();
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            Peer<Integer> accepting = peer(() -> {
                try (Socket socket = server.accept()) {
                    assertThat(socket.getPort()).isEqualTo(local);
                    return socket.getInputStream().read();
                }
            });
            run(transport, () -> {
                ConnectOptions options =
                        ConnectOptions.DEFAULTS.withLocalAddress(new InetSocketAddress(LOOPBACK, local));
                try (SocketStream stream = Tcp.connect(HOST, server.getLocalPort(), options)) {
                    assertThat(stream.localAddress().getPort()).isEqualTo(local);
                }
            });
            accepting.join(); // it may accept after the client has left
        }
    }

    @Test
    @Law({166})
    void anUnknownHostIsSaidToBeUnknown() {
        run(
                Transport.first(),
                () -> assertThatThrownBy(() -> Tcp.connect("no-such-host.invalid", 80))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasCauseInstanceOf(UnknownHostException.class)
                        .hasMessageContaining("no-such-host.invalid"));
    }

    @Test
    void teachesAboutWrongArguments() {
        run(Transport.first(), () -> {
            assertThatThrownBy(() -> Tcp.connect(HOST, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Tcp.connect(HOST, 65_536)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Tcp.connect(" ", 80)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Tcp.listen(-1)).isInstanceOf(IllegalArgumentException.class);
        });
        ListenOptions options = ListenOptions.DEFAULTS;
        assertThatThrownBy(() -> options.withBacklog(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withConnectionLimit(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withGracePeriod(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        ConnectOptions.DEFAULTS.withLocalAddress(InetSocketAddress.createUnresolved("somewhere", 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tcp.listen(0)).isInstanceOf(NoEventLoopException.class);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void addressesOfAnotherKindAreRefused(Transport transport) {
        var address = UnixDomainSocketAddress.of("somewhere");
        run(transport, () -> {
            Network network = CurrentNetwork.get("test");
            assertThatThrownBy(() -> network.connect(address, null, SocketSettings.DEFAULTS))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("use an internet address");
            assertThatThrownBy(() -> network.listen(address, 0, SocketSettings.DEFAULTS))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("use an internet address");
        });
    }
}
