package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a peer which has ended its side still receives everything that we send, in any amount and any pieces. */
class HalfCloseTest extends TcpTestBase {
    private static final int MUCH = 16 * 1024 * 1024;

    private static void awaitEnd(SocketStream stream) {
        assertThatThrownBy(stream::receive).isInstanceOf(EndOfStreamException.class);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void itGetsMuchAtOnce(Transport transport) throws Exception {
        byte[] data = random(MUCH, 1);
        var received = new CompletableFuture<byte[]>();
        connection(
                transport,
                socket -> {
                    socket.shutdownOutput();
                    received.complete(readAll(socket));
                },
                stream -> {
                    awaitEnd(stream);
                    stream.send(data);
                    stream.sendEof();
                });
        assertThat(get(received)).isEqualTo(data);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void itGetsMuchThatWasUnderWayWhenItEnded(Transport transport) throws Exception {
        byte[] data = random(MUCH, 2);
        var received = new CompletableFuture<byte[]>();
        connection(
                transport,
                socket -> {
                    byte[] part = socket.getInputStream().readNBytes(MUCH / 2);
                    socket.shutdownOutput();
                    assertThat(part).isEqualTo(Arrays.copyOf(data, MUCH / 2));
                    received.complete(readAll(socket));
                },
                stream -> stream.send(data));
        assertThat(get(received)).isEqualTo(Arrays.copyOfRange(data, MUCH / 2, MUCH));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void itGetsOneAnswerAfterTheOther(Transport transport) throws Exception {
        int rounds = 8;
        byte[] data = random(MUCH / rounds, 3);
        connection(
                transport,
                socket -> {
                    socket.shutdownOutput();
                    for (int round = 0; round < rounds; round++) {
                        assertThat(socket.getInputStream().read()).isEqualTo(round);
                        assertThat(socket.getInputStream().readNBytes(data.length))
                                .isEqualTo(data);
                    }
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                },
                stream -> {
                    awaitEnd(stream);
                    for (int round = 0; round < rounds; round++) {
                        stream.send(new byte[] {(byte) round});
                        if (round % 2 == 0) {
                            stream.flush();
                        }
                        stream.send(data);
                        stream.flush(); // nothing is under way any more
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void closingOrAbortingAtAnyMomentLeavesNothingBehind(Transport transport) throws Exception {
        int rounds = 40;
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                int port = listener.port();
                peer(() -> {
                    for (int round = 0; round < rounds; round++) {
                        endAndRead(port);
                    }
                    return null;
                });
                for (int round = 0; round < rounds; round++) {
                    SocketStream stream = listener.accept();
                    awaitEnd(stream);
                    sendAndEnd(stream, round / 2, round % 2 == 0);
                }
                while (BackendUnderTest.get().openChannels() > 1) {
                    AnyIO.checkpoint();
                }
            }
        });
    }

    private static void endAndRead(int port) throws IOException {
        try (Socket socket = connect(port)) {
            socket.shutdownOutput();
            readAll(socket);
        } catch (IOException reset) {
            // expected when we abort
        }
    }

    /** Ends the stream after {@code turns} turns of a sending task. */
    private static void sendAndEnd(SocketStream stream, int turns, boolean abort) {
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                try {
                    while (true) {
                        stream.send(new byte[10_000]);
                    }
                } catch (ClosedResourceException | BrokenResourceException ended) {
                    // closed by the other task
                }
            });
            for (int i = 0; i < turns; i++) {
                AnyIO.checkpoint();
            }
            if (abort) {
                stream.abort();
            } else {
                stream.close();
            }
        });
    }
}
