package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BrokenResourceException;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of streams that broke or were cut: clear messages, and no effect on others. */
class BrokenStreamTest extends TcpTestBase {

    /** The system gives the descriptor of a closed connection to the next one. */
    @ParameterizedTest
    @MethodSource("transports")
    void abortingAClosedStreamLeavesOthersAlone(Transport transport) {
        int size = 100_000;
        for (int i = 0; i < 5; i++) {
            run(transport, () -> {
                try (SocketListener listener = Tcp.listen(HOST, 0)) {
                    int port = listener.port();
                    SocketStream dead = accepted(listener, port, socket -> readAll(socket));
                    dead.close();
                    AnyIO.sleep(Duration.ofMillis(2)); // its descriptor has been released
                    SocketStream alive = accepted(
                            listener,
                            port,
                            socket -> assertThat(readAll(socket)).hasSize(size));
                    dead.abort();
                    alive.send(new byte[size]);
                    alive.close();
                }
            });
        }
    }

    private SocketStream accepted(SocketListener listener, int port, SocketCode theirs) {
        peer(() -> {
            try (Socket socket = connect(port)) {
                theirs.run(socket);
            }
            return null;
        });
        return listener.accept();
    }

    /** On io_uring it takes about two hundred connections until the end overtakes the report of the reset. */
    @ParameterizedTest
    @MethodSource("transports")
    void theReceiverLearnsWhatBrokeTheConnectionAlsoWhenTheSenderDidFirst(Transport transport) throws Exception {
        List<Throwable> causes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            connection(
                    transport,
                    socket -> {
                        socket.getInputStream().read();
                        reset(socket);
                    },
                    stream -> TaskGroup.run(group -> {
                        group.startSoon(() -> causes.add(causeOfBreaking(() -> stream.receive())));
                        group.startSoon(() -> causes.add(causeOfBreaking(() -> {
                            while (true) {
                                stream.send(new byte[100_000]);
                            }
                        })));
                    }));
        }
        assertThat(causes)
                .hasSize(200)
                .allSatisfy(cause -> assertThat(cause)
                        .isInstanceOf(IOException.class)
                        .message()
                        .containsPattern("reset|Broken pipe"));
    }

    private static Throwable causeOfBreaking(Runnable verb) {
        try {
            verb.run();
            throw new AssertionError("not broken");
        } catch (BrokenResourceException broken) {
            return broken.getCause();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aResetHasTheSameTypeOnEveryTransport(Transport transport) throws Exception {
        connection(
                transport,
                socket -> reset(socket),
                stream -> assertThatThrownBy(() -> stream.receive())
                        .isInstanceOf(BrokenResourceException.class)
                        .hasCauseInstanceOf(SocketException.class)
                        .cause()
                        .hasMessageStartingWith("Connection reset"));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whatWasCutIsNotTakenForTheWhole(Transport transport) throws Exception {
        for (boolean eof : new boolean[] {true, false}) {
            var cut = new Signal();
            var theirs = new CompletableFuture<String>();
            connection(
                    transport,
                    socket -> {
                        cut.awaitInThread();
                        try {
                            theirs.complete(readAll(socket).length + " bytes and the end");
                        } catch (IOException reset) {
                            theirs.complete("reset");
                        }
                    },
                    stream -> {
                        byte[] much = new byte[64 * 1024 * 1024];
                        for (int millis = 50; AnyIO.statistics().bytesToSend() == 0; millis *= 2) {
                            Timeouts.moveOnAfter(Duration.ofMillis(millis), () -> stream.send(much));
                        }
                        if (eof) {
                            assertThatThrownBy(stream::sendEof).isInstanceOf(BrokenResourceException.class);
                            assertThatThrownBy(stream::flush).isInstanceOf(BrokenResourceException.class);
                        }
                        stream.close();
                        cut.set();
                    });
            assertThat(get(theirs)).isEqualTo("reset");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theEndOfABrokenStreamIsRefusedEachTime(Transport transport) throws Exception {
        connection(transport, socket -> reset(socket), stream -> {
            assertThatThrownBy(() -> stream.receive()).isInstanceOf(BrokenResourceException.class);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(stream::sendEof).isInstanceOf(BrokenResourceException.class);
            }
            assertThatThrownBy(() -> stream.send(new byte[1])).isInstanceOf(BrokenResourceException.class);
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void receivesIntoMemoryThatOnlyTheTaskMayTouch(Transport transport) throws Exception {
        var waits = new Signal();
        connection(
                transport,
                socket -> {
                    waits.awaitInThread();
                    socket.getOutputStream().write(new byte[] {1, 2, 3});
                },
                stream -> {
                    try (Arena arena = Arena.ofConfined()) {
                        ByteBuffer confined = arena.allocate(10).asByteBuffer();
                        TaskGroup.run(group -> {
                            group.startSoon(() -> waits.set());
                            assertThat(stream.receive(confined)).isEqualTo(3);
                        });
                        assertThat(confined.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                    }
                });
    }
}
