package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that serving continues under failures, and loses neither a connection nor a place. */
class ServeTroubleTest extends TcpTestBase {

    private final CapturedLog log = new CapturedLog("io.anyio.net");

    @AfterEach
    void stopCapturing() {
        log.close();
    }

    private static int ask(int port, int question) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(question);
            return socket.getInputStream().read();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientThatVanishesIsNoNewsAlsoWhenATaskGroupServesIt(Transport transport) throws Exception {
        int clients = 10;
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0);
                    int port = listener.port();
                    peer(() -> {
                        for (int i = 0; i < clients; i++) {
                            Socket socket = connect(port);
                            socket.getOutputStream().write(1);
                            socket.getInputStream().read();
                            if (i % 2 == 0) {
                                reset(socket);
                            } else {
                                socket.close();
                            }
                        }
                        assertThat(ask(port, 2)).isEqualTo(2);
                        return null;
                    });
                    listener.serve(stream -> {
                        byte[] question = stream.receive();
                        stream.send(question);
                        stream.flush();
                        if (question[0] == 2) {
                            group.cancel();
                        }
                        TaskGroup.run(inner -> inner.startSoon(() -> {
                            while (true) {
                                stream.receive();
                            }
                        }));
                    });
                }));
        assertThat(log.messagesButForWaits()).isEmpty();
    }

    private static void awaitChannels(int open) throws Exception {
        while (BackendUnderTest.get().openChannels() != open) {
            AnyIO.checkpoint();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aConnectionOfAGroupThatIsCancelledAtOnceIsClosed(Transport transport) throws Exception {
        for (int turns = 0; turns < 8; turns++) {
            int cancelAt = turns;
            run(transport, () -> {
                try (SocketListener listener = Tcp.listen(HOST, 0)) {
                    int port = listener.port();
                    var connected = new Signal();
                    peer(() -> {
                        try (Socket socket = connect(port)) {
                            connected.set();
                            socket.getInputStream().read();
                        } catch (IOException reset) {
                            // a reset is acceptable as well
                        }
                        return null;
                    });
                    connected.await(); // Linux may forget a client whose handshake is under way when a listener closes
                    awaitChannels(BackendUnderTest.get().worksAhead() ? 2 : 1); // its connection may have been accepted
                    TaskGroup.run(group -> {
                        group.startSoon(() -> listener.serve(group, stream -> {
                            group.cancel();
                            stream.receive();
                        }));
                        for (int i = 0; i < cancelAt; i++) {
                            AnyIO.checkpoint();
                        }
                        group.cancel();
                    });
                } // closes also the connections that no task had taken
                awaitChannels(0);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aConnectionThatFailsGivesItsPlaceToTheNext(Transport transport) {
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0, ListenOptions.DEFAULTS.withConnectionLimit(1));
                    int port = listener.port();
                    peer(() -> {
                        for (int i = 0; i < 5; i++) {
                            assertThat(ask(port, 1)).isEqualTo(-1);
                        }
                        assertThat(ask(port, 2)).isEqualTo(2);
                        return null;
                    });
                    listener.serve(stream -> {
                        byte[] question = stream.receive();
                        if (question[0] == 1) {
                            throw new IOException("expected: a failing handler");
                        }
                        stream.send(question);
                        stream.flush();
                        group.cancel();
                    });
                }));
        assertThat(log.messages()).hasSize(5);
    }

    /** A failure that throws when it is printed. */
    @SuppressWarnings("OverrideThrowableToString") // the part that fails
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new StackOverflowError("expected");
        }
    }

    private static RuntimeException nest(Exception innermost) {
        var nest = new ExceptionGroup("innermost", List.of(innermost));
        for (int i = 0; i < 60_000; i++) {
            nest = new ExceptionGroup("level " + i, List.of(nest));
        }
        return nest;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aFailureThatFailsWhenItIsLookedAtEndsItsConnectionOnly(Transport transport) {
        List<RuntimeException> failures = List.of(
                new Unspeakable(),
                nest(new IllegalStateException("expected")),
                nest(new Unspeakable()),
                new IllegalStateException("expected", new Unspeakable()),
                nest(new EndOfStreamException()));
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0);
                    int port = listener.port();
                    peer(() -> {
                        for (int i = 0; i < failures.size(); i++) {
                            assertThat(ask(port, i)).isEqualTo(-1);
                        }
                        assertThat(ask(port, failures.size())).isEqualTo(failures.size());
                        return null;
                    });
                    listener.serve(stream -> {
                        byte[] question = stream.receive();
                        if (question[0] < failures.size()) {
                            throw failures.get(question[0]);
                        }
                        stream.send(question);
                        stream.flush();
                        group.cancel();
                    });
                }));
        assertThat(log.messages()).hasSize(4); // the last one is caused by clients every day
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aLoggerThatThrowsEndsNoServer(Transport transport) {
        try (var broken = new CapturedLog("io.anyio.net", () -> {
            throw new StackOverflowError("expected, on the console");
        })) {
            run(
                    transport,
                    () -> TaskGroup.run(group -> {
                        SocketListener listener = Tcp.listen(HOST, 0);
                        int port = listener.port();
                        peer(() -> {
                            assertThat(ask(port, 1)).isEqualTo(-1);
                            assertThat(ask(port, 2)).isEqualTo(2);
                            return null;
                        });
                        listener.serve(stream -> {
                            byte[] question = stream.receive();
                            if (question[0] == 1) {
                                throw new Unspeakable();
                            }
                            stream.send(question);
                            stream.flush();
                            group.cancel();
                        });
                    }));
            assertThat(broken.messagesButForWaits()).isEmpty();
        }
    }
}
