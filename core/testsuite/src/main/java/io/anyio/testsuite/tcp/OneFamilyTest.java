package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.TaskGroup;
import io.anyio.net.ConnectOptions;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that listeners accept only the family of their address, IPv4 or IPv6, and that clients use one family. */
class OneFamilyTest extends TcpTestBase {
    private static final String IPV4 = "127.0.0.1";
    private static final String IPV6 = "::1";

    /** More than are accepted in advance. */
    private static final int STRANGERS = 40;

    @BeforeEach
    void thereIsIpv6() {
        boolean available;
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(IPV6))) {
            available = socket.isBound();
        } catch (IOException none) {
            available = false;
        }
        assumeTrue(available, "a machine without IPv6");
    }

    /** Returns what a server sends to a client: the client's address, or nothing if the client is rejected. */
    private static String ask(String host, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(host), port));
            if (socket.getLocalPort() == port) {
                return ""; // the port is free in this family, and TCP has connected the socket to itself
            }
            return new String(readAll(socket), StandardCharsets.US_ASCII);
        } catch (IOException refusedOrReset) {
            return "";
        }
    }

    /** Serves one client of {@code own} after many of {@code other}, which must not reach a handler. */
    private void serveOnly(SocketListener listener, String own, String other) {
        int port = listener.port();
        peer(() -> {
            for (int i = 0; i < STRANGERS; i++) {
                assertThat(ask(other, port)).isEmpty();
            }
            assertThat(ask(own, port)).isEqualTo("hello " + own);
            return null;
        });
        TaskGroup.run(group -> listener.serve(stream -> {
            String client = stream.remoteAddress().getAddress().getHostAddress();
            assertThat(stream.remoteAddress().getAddress()).isEqualTo(InetAddress.ofLiteral(own));
            stream.send(("hello " + (client.contains(":") ? IPV6 : client)).getBytes(StandardCharsets.US_ASCII));
            stream.close();
            group.cancel();
        }));
    }

    private static final ListenOptions STRICT = ListenOptions.DEFAULTS.withEndOnFailure(true);

    @ParameterizedTest
    @MethodSource("transports")
    void allAddressesOfIpv4AreNotOpenOnIpv6(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen("0.0.0.0", 0, STRICT)) {
                assertThat(listener.localAddress().getAddress()).isEqualTo(InetAddress.ofLiteral("0.0.0.0"));
                serveOnly(listener, IPV4, IPV6);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void allAddressesOfIpv6AreNotOpenOnIpv4(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen("::", 0, STRICT)) {
                assertThat(listener.localAddress().getAddress()).isEqualTo(InetAddress.ofLiteral("::"));
                serveOnly(listener, IPV6, IPV4);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void oneLoopbackAddressIsNotOpenOnTheOther(Transport transport) {
        run(transport, () -> {
            for (String own : new String[] {IPV4, IPV6}) {
                try (SocketListener listener = Tcp.listen(own, 0, STRICT)) {
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
