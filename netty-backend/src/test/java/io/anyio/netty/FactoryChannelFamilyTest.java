package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that listeners on the channels of a factory accept only the family of their address, IPv4 or IPv6. */
class FactoryChannelFamilyTest extends NettyTestBase {
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
    void channelsOfAFactoryAreHeldToOneFamilyToo(Transport transport) {
        ChannelTypes types = TransportSupport.channels(transport);
        NettyOptions options = NettyOptions.DEFAULTS
                .withLoopFactory(() -> new MultiThreadIoEventLoopGroup(1, TransportSupport.handlers(transport)))
                .withChannels(ChannelTypes.of("mine", types.server(), types.client()));
        AnyIO.run(
                () -> {
                    try (SocketListener listener = Tcp.listen("0.0.0.0", 0, STRICT)) {
                        serveOnly(listener, IPV4, IPV6);
                    }
                },
                options);
    }
}
