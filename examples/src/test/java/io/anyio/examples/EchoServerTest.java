package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The echo server as strangers see it: a process that listens, answers, and ends in good order. */
@Tag("once")
class EchoServerTest {
    private static final List<String> LOOP = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED");

    @ParameterizedTest
    @CsvSource({"netty,nio,TERM", "netty,nio,INT", "netty,epoll,TERM", "netty,io_uring,INT", "jdk,selector,INT"})
    void servesAndEndsWithStatusZeroAlsoWithOpenConnections(String backend, String transport, String signal)
            throws Exception {
        try (var server =
                ChildJvm.run(LOOP, "echo-server", "--port", "0", "--backend", backend, "--transport", transport)) {
            assertThat(server.await("backend=" + backend + " "))
                    .isEqualTo("transport=" + transport + " carrier=loop loops=1");
            int port = Integer.parseInt(server.await("listening on 127.0.0.1:"));
            try (var idle = connect(port);
                    var socket = connect(port)) {
                socket.getOutputStream().write("hello".getBytes(UTF_8));
                assertThat(socket.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
                server.signal(signal);
                assertThat(server.status()).isZero();
                assertThat(idle.isConnected()).isTrue();
            }
            assertThat(server.lines()).contains("stopped");
        }
    }

    @ParameterizedTest
    @CsvSource({"netty,1", "netty,4", "jdk,1", "jdk,4"})
    void clientsThatVanishDoNoHarm(String backend, String loops) throws Exception {
        try (var server =
                ChildJvm.run(List.of(), "echo-server", "--port", "0", "--backend", backend, "--loops", loops)) {
            int port = Integer.parseInt(server.await("listening on 127.0.0.1:"));
            for (int i = 0; i < 20; i++) {
                Socket vanishing = connect(port);
                vanishing.getOutputStream().write(new byte[1000]);
                vanishing.setSoLinger(true, 0);
                vanishing.close(); // with a reset
            }
            try (var socket = connect(port)) {
                socket.getOutputStream().write("still there".getBytes(UTF_8));
                socket.shutdownOutput();
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .isEqualTo("still there");
            }
            server.signal("TERM");
            assertThat(server.status()).isZero();
        }
    }

    @Test
    void anIpv6AddressStandsInBrackets() throws Exception {
        try (var server = ChildJvm.run(LOOP, "echo-server", "--port", "0", "--host", "::1")) {
            int port = Integer.parseInt(server.await("listening on [::1]:"));
            try (var socket = new Socket(InetAddress.ofLiteral("::1"), port)) {
                socket.getOutputStream().write("hello".getBytes(UTF_8));
                assertThat(socket.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
            }
            server.signal("TERM");
            assertThat(server.status()).isZero();
        }
    }

    private static Socket connect(int port) throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }
}
