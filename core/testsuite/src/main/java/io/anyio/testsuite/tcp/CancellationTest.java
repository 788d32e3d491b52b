package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.Transport;
import io.anyio.testsuite.laws.Law;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a call that is cancelled, at any moment, loses nothing and leaves the stream or listener usable. */
class CancellationTest extends TcpTestBase {

    /** Runs {@code verb} and cancels it from another task after {@code turns} of its turns. */
    private static CancelScope cancelledAfter(int turns, Block<RuntimeException> verb) {
        CancelScope scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                for (int i = 0; i < turns; i++) {
                    AnyIO.checkpoint();
                }
                scope.cancel();
            });
            scope.run(verb);
            group.cancel();
        });
        return scope;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void receiveLosesNothing(Transport transport) throws Exception {
        byte[] data = random(300_000, 1);
        connection(
                transport,
                socket -> {
                    for (int at = 0; at < data.length; at += 100) {
                        socket.getOutputStream().write(data, at, 100);
                    }
                },
                stream -> {
                    var all = new ByteArrayOutputStream();
                    ByteBuffer buffer = ByteBuffer.allocate(150);
                    boolean[] ended = new boolean[1];
                    for (int round = 0; !ended[0]; round++) {
                        boolean arrays = round % 2 == 0;
                        cancelledAfter(round % 7, () -> {
                            try {
                                if (arrays) {
                                    all.writeBytes(stream.receive(70));
                                } else {
                                    stream.receive(buffer);
                                }
                            } catch (EndOfStreamException end) {
                                ended[0] = true;
                            }
                        });
                        all.write(buffer.array(), 0, buffer.position());
                        buffer.clear();
                    }
                    assertThat(all.toByteArray()).isEqualTo(data);
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void receiveInACancelledScopeTakesNothing(Transport transport) throws Exception {
        var sent = new Signal();
        connection(
                transport,
                socket -> {
                    socket.getOutputStream().write(5);
                    sent.set();
                    socket.getInputStream().read();
                },
                stream -> {
                    sent.await();
                    CancelScope.open(scope -> {
                        scope.cancel();
                        assertThatThrownBy(stream::receive).isInstanceOf(Cancelled.class);
                        assertThatThrownBy(() -> stream.send(new byte[1])).isInstanceOf(Cancelled.class);
                        assertThatThrownBy(stream::flush).isInstanceOf(Cancelled.class);
                    });
                    assertThat(stream.receive()).containsExactly(5);
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void sendGoesOnWhereItWasCancelled(Transport transport) throws Exception {
        byte[] data = random(40_000_000, 2);
        var received = new CompletableFuture<byte[]>();
        connection(transport, socket -> received.complete(readAll(socket)), stream -> {
            ByteBuffer rest = ByteBuffer.wrap(data);
            for (int round = 0; rest.hasRemaining(); round++) {
                int before = rest.position();
                CancelScope scope = cancelledAfter(round % 5, () -> stream.send(rest));
                assertThat(scope.cancelledCaught() || !rest.hasRemaining()).isTrue();
                assertThat(rest.position()).isGreaterThanOrEqualTo(before);
                cancelledAfter(round % 3, stream::flush);
                if (round % 20 == 19) {
                    stream.flush();
                }
            }
            stream.close();
        });
        assertThat(get(received)).isEqualTo(data);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void sendOfAnArrayThatWasCutBreaksTheSendingSideOnly(Transport transport) throws Exception {
        connection(
                transport,
                socket -> {
                    socket.getOutputStream().write(9);
                    InputStream in = socket.getInputStream();
                    assertThatThrownBy(() -> {
                                while (in.read() >= 0) {}
                            })
                            .isInstanceOf(java.io.IOException.class);
                },
                stream -> {
                    cancelledAfter(2, () -> stream.send(new byte[64 * 1024 * 1024]));
                    assertThatThrownBy(() -> stream.send(new byte[1]))
                            .isInstanceOf(BrokenResourceException.class)
                            .hasMessageContaining("send(ByteBuffer)");
                    assertThat(stream.receive()).containsExactly(9);
                    stream.abort();
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void acceptLosesNoConnection(Transport transport) {
        int connections = 60;
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                int port = listener.port();
                peer(() -> {
                    for (int i = 0; i < connections; i++) {
                        try (Socket socket = connect(port)) {
                            socket.getOutputStream().write(i);
                            assertThat(socket.getInputStream().read()).isEqualTo(i);
                        }
                    }
                    return null;
                });
                int[] accepted = new int[1];
                for (int round = 0; accepted[0] < connections; round++) {
                    SocketStream[] stream = new SocketStream[1];
                    cancelledAfter(round % 4, () -> stream[0] = listener.accept());
                    if (stream[0] != null) {
                        byte[] number = stream[0].receive();
                        assertThat(number).containsExactly(accepted[0]++);
                        stream[0].send(number);
                        stream[0].close();
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({216})
    void connectLeavesNoConnectionBehind(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                for (int turns = 0; turns < 12; turns++) {
                    SocketStream[] connected = new SocketStream[1];
                    cancelledAfter(turns, () -> connected[0] = Tcp.connect(HOST, listener.port()));
                    if (connected[0] != null) {
                        connected[0].close();
                    }
                }
                // a connection that got through was closed again: accepting it yields its end
                SocketStream last = Tcp.connect(HOST, listener.port());
                last.send(new byte[] {42});
                while (true) {
                    try (SocketStream accepted = listener.accept()) {
                        assertThat(accepted.receive()).containsExactly(42);
                        break;
                    } catch (EndOfStreamException | BrokenResourceException closedByTheCancelledOne) {
                        // try the next one
                    }
                }
                last.close();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({160})
    void closeAfterACancelledVerbIsSafe(Transport transport) throws Exception {
        connection(transport, socket -> socket.getInputStream().readAllBytes(), stream -> {
            cancelledAfter(1, stream::receive);
            cancelledAfter(1, () -> stream.send(new byte[100]));
            stream.close();
        });
    }
}
