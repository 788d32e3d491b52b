package io.anyio.testsuite.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.Transport;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a server in straight-line code answers plain JDK sockets, whatever their number and message sizes. */
class EchoTest extends TcpTestBase {

    private static void echo(SocketStream stream) {
        try {
            while (true) {
                stream.send(stream.receive());
            }
        } catch (EndOfStreamException done) {
            stream.sendEof();
        }
    }

    private static void echoThroughBuffer(SocketStream stream) {
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try {
            while (true) {
                stream.receive(buffer.clear());
                stream.send(buffer.flip());
            }
        } catch (EndOfStreamException done) {
            stream.sendEof();
        }
    }

    /** Runs an echo server until {@code clients} clients have been served. */
    private void serve(Transport transport, int clients, boolean throughBuffer, CompletableFuture<Integer> port) {
        var left = new AtomicInteger(clients);
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0);
                    port.complete(listener.port());
                    group.startSoon(() -> listener.serve(stream -> {
                        if (throughBuffer) {
                            echoThroughBuffer(stream);
                        } else {
                            echo(stream);
                        }
                        if (left.decrementAndGet() == 0) {
                            group.cancel();
                        }
                    }));
                }));
    }

    private Peer<byte[]> client(CompletableFuture<Integer> port, byte[] data) {
        return peer(() -> {
            try (Socket socket = connect(get(port))) {
                Peer<Void> sending = new Peer<>(() -> {
                    OutputStream out = socket.getOutputStream();
                    out.write(data);
                    socket.shutdownOutput();
                    return null;
                });
                byte[] received = readAll(socket);
                sending.join();
                return received;
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Ported({"SO::TestTCPStream::test_send_receive", "SO::TestTCPListener::test_accept"})
    void echoesOneLine(Transport transport) throws Exception {
        var port = new CompletableFuture<Integer>();
        Peer<byte[]> client = client(port, "hello\n".getBytes(US_ASCII));
        serve(transport, 1, false, port);
        assertThat(client.join()).asString().isEqualTo("hello\n");
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({163})
    @Ported({"SO::TestTCPStream::test_send_large_buffer"})
    void echoesMegabytesOfManyClientsAtOnce(Transport transport) throws Exception {
        var port = new CompletableFuture<Integer>();
        List<Peer<byte[]>> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(client(port, random(3_000_000 + i, i)));
        }
        serve(transport, 8, false, port);
        for (int i = 0; i < 8; i++) {
            assertThat(clients.get(i).join()).isEqualTo(random(3_000_000 + i, i));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void echoesThroughABufferOfTheCaller(Transport transport) throws Exception {
        var port = new CompletableFuture<Integer>();
        Peer<byte[]> one = client(port, random(5_000_000, 1));
        Peer<byte[]> other = client(port, random(1, 2));
        serve(transport, 2, true, port);
        assertThat(one.join()).isEqualTo(random(5_000_000, 1));
        assertThat(other.join()).isEqualTo(random(1, 2));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskThatYieldsForEverDoesNotStarveTheEcho(Transport transport) throws Exception {
        var port = new CompletableFuture<Integer>();
        Peer<Integer> client = peer(() -> {
            try (Socket socket = connect(get(port))) {
                for (int i = 0; i < 500; i++) {
                    socket.getOutputStream().write(i & 0x7f);
                    assertThat(socket.getInputStream().read()).isEqualTo(i & 0x7f);
                }
                socket.shutdownOutput();
                return socket.getInputStream().read();
            }
        });
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0);
                    port.complete(listener.port());
                    group.startSoon(() -> {
                        while (true) {
                            AnyIO.checkpoint();
                        }
                    });
                    group.startSoon(() -> listener.serve(stream -> {
                        echo(stream);
                        group.cancel();
                    }));
                }));
        assertThat(client.join()).isEqualTo(-1);
    }
}
