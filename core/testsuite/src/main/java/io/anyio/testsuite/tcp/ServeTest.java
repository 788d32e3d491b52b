package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.EventLoopToken;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.sync.Event;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of serving: one task per connection, isolated failures, and the ways in which serving ends. */
class ServeTest extends TcpTestBase {

    private final CapturedLog log = new CapturedLog("io.anyio.net");

    @AfterEach
    void stopCapturing() {
        log.close();
    }

    /** Connects, sends one byte and returns the first byte of the answer, or -1. */
    private static int ask(int port, int question) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(question);
            return socket.getInputStream().read();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aHandlersFailureEndsItsConnectionOnly(Transport transport) {
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0);
                    int port = listener.port();
                    var asked = Event.create();
                    peer(() -> {
                        assertThat(ask(port, 1)).isEqualTo(-1);
                        assertThat(ask(port, 2)).isEqualTo(-1);
                        assertThat(ask(port, 3)).isEqualTo(3);
                        asked.set();
                        return null;
                    });
                    group.startSoon(() -> listener.serve(stream -> {
                        byte[] question = stream.receive();
                        switch (question[0]) {
                            case 1 -> throw new IOException("expected: a checked exception of a handler");
                            case 2 -> throw new AssertionError("expected: an error of a handler");
                            default -> stream.send(question);
                        }
                    }));
                    asked.await();
                    group.cancel();
                    listener.close();
                }));
        assertThat(log.messages()).hasSize(2).allMatch(message -> message.contains("/127.0.0.1"));
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({168})
    @Ported({"SO::TestTCPListener::test_accept_after_close", "SO::TestTCPListener::test_close_from_other_task"})
    void closingWhileServingEndsItWithinAGroup(Transport transport) {
        run(transport, () -> {
            SocketListener listener = Tcp.listen(HOST, 0);
            TaskGroup.run(group -> {
                group.startSoon(() -> assertThatThrownBy(() -> listener.serve(stream -> {}))
                        .isInstanceOfSatisfying(
                                ExceptionGroup.class,
                                failure -> assertThat(failure.exceptions())
                                        .singleElement()
                                        .isInstanceOf(ClosedResourceException.class)));
                AnyIO.checkpoint();
                AnyIO.checkpoint();
                assertThatThrownBy(listener::accept).isInstanceOf(BusyResourceException.class);
                listener.close();
            });
            assertThatThrownBy(listener::accept).isInstanceOf(ClosedResourceException.class);
            assertThatThrownBy(() -> listener.serve(stream -> {})).isInstanceOf(ClosedResourceException.class);
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void connectionsThatWereNotAcceptedAreClosedWithTheListener(Transport transport) throws Exception {
        var connected = new Signal();
        var closed = new Signal();
        run(transport, () -> {
            SocketListener listener = Tcp.listen(HOST, 0);
            int port = listener.port();
            peer(() -> {
                try (Socket socket = connect(port)) {
                    connected.set();
                    closed.awaitInThread();
                    assertThatThrownBy(() -> {
                                if (socket.getInputStream().read() < 0) {
                                    throw new IOException("closed in good order");
                                }
                            })
                            .isInstanceOf(IOException.class);
                }
                return null;
            });
            connected.await();
            listener.close();
            closed.set();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void servesNoMoreConnectionsThanTheLimit(Transport transport) {
        int limit = 3;
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var served = new AtomicInteger();
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0, ListenOptions.DEFAULTS.withConnectionLimit(limit));
                    int port = listener.port();
                    for (int i = 0; i < 12; i++) {
                        peer(() -> assertThat(ask(port, 1)).isEqualTo(1));
                    }
                    listener.serve(stream -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        byte[] question = stream.receive();
                        for (int i = 0; i < 10; i++) {
                            AnyIO.checkpoint();
                        }
                        now.decrementAndGet();
                        stream.send(question);
                        stream.flush();
                        if (served.incrementAndGet() == 12) {
                            group.cancel();
                        }
                    });
                }));
        assertThat(served).hasValue(12);
        assertThat(most.get()).isBetween(1, limit);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void cancelledItLetsConnectionsEndWithinTheGracePeriod(Transport transport) {
        List<String> trail = new ArrayList<>();
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener =
                            Tcp.listen(HOST, 0, ListenOptions.DEFAULTS.withGracePeriod(Duration.ofMinutes(5)));
                    int port = listener.port();
                    var cancelled = new Signal();
                    peer(() -> {
                        try (Socket socket = connect(port)) {
                            socket.getOutputStream().write(1);
                            cancelled.awaitInThread();
                            socket.getOutputStream().write(2);
                            assertThat(readAll(socket)).containsExactly(3);
                        }
                        return null;
                    });
                    listener.serve(stream -> {
                        assertThat(stream.receive()).containsExactly(1);
                        group.cancel();
                        cancelled.set();
                        assertThat(stream.receive()).containsExactly(2);
                        stream.send(new byte[] {3});
                        trail.add("ended");
                    });
                }));
        assertThat(trail).containsExactly("ended");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void cancelsWhatIsLeftAfterTheGracePeriod(Transport transport) {
        List<String> trail = new ArrayList<>();
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener =
                            Tcp.listen(HOST, 0, ListenOptions.DEFAULTS.withGracePeriod(Duration.ofMillis(20)));
                    int port = listener.port();
                    peer(() -> assertThat(ask(port, 1)).isEqualTo(-1));
                    listener.serve(stream -> {
                        assertThat(stream.receive()).containsExactly(1);
                        group.cancel();
                        try {
                            stream.receive();
                        } catch (Cancelled c) {
                            trail.add("cancelled");
                            throw c;
                        }
                    });
                }));
        assertThat(trail).containsExactly("cancelled");
    }

    @Test
    void spreadsConnectionsOverAllLoops() {
        Set<EventLoopToken> loops = ConcurrentHashMap.newKeySet();
        var served = new AtomicInteger();
        AnyIO.run(
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0, ListenOptions.DEFAULTS.withSpread(true));
                    int port = listener.port();
                    for (int i = 0; i < 8; i++) {
                        peer(() -> assertThat(ask(port, 7)).isEqualTo(7));
                    }
                    listener.serve(stream -> {
                        stream.send(stream.receive());
                        stream.flush();
                        loops.add(AnyIO.currentToken());
                        if (served.incrementAndGet() == 8) {
                            group.cancel();
                        }
                    });
                }),
                BackendUnderTest.get().withLoops(3));
        assertThat(loops).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Ported({"SO::TestTCPListener::test_reuse_port"})
    void severalListenersShareAPort(Transport transport) {
        run(transport, () -> {
            ListenOptions shared = ListenOptions.DEFAULTS.withReusePort(true);
            try (SocketListener one = Tcp.listen(HOST, 0, shared);
                    SocketListener two = Tcp.listen(HOST, one.port(), shared)) {
                assertThat(two.port()).isEqualTo(one.port());
                var both = new AtomicInteger();
                int port = one.port();
                peer(() -> {
                    for (int i = 0; i < 20; i++) {
                        assertThat(ask(port, 4)).isEqualTo(4);
                    }
                    return null;
                });
                TaskGroup.run(group -> {
                    for (SocketListener listener : List.of(one, two)) {
                        group.startSoon(() -> listener.serve(stream -> {
                            stream.send(stream.receive());
                            if (both.incrementAndGet() == 20) {
                                stream.close();
                                group.cancel();
                            }
                        }));
                    }
                });
                assertThat(both).hasValue(20);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void servesIntoAGroupOfTheCaller(Transport transport) {
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0);
                    int port = listener.port();
                    peer(() -> assertThat(ask(port, 6)).isEqualTo(6));
                    listener.serve(group, (SocketStream stream) -> {
                        stream.send(stream.receive());
                        stream.close();
                        group.cancel();
                    });
                }));
    }
}
