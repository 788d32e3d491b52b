package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that serving ends whenever requested: at its very start, at the limit, and with clients that read nothing. */
class ServeEndTest extends TcpTestBase {
    private static final ListenOptions GRACE = ListenOptions.DEFAULTS.withGracePeriod(Duration.ofMinutes(5));

    private final CapturedLog log = new CapturedLog("io.anyio.net");

    @AfterEach
    void stopCapturing() {
        log.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void cancelledAtAnyStepOfItsStart(Transport transport) {
        for (ListenOptions options : new ListenOptions[] {ListenOptions.DEFAULTS, GRACE}) {
            for (int step = 0; step < 10; step++) {
                int cancelAt = step;
                run(transport, () -> {
                    SocketListener listener = Tcp.listen(HOST, 0, options);
                    CancelScope scope = CancelScope.create();
                    TaskGroup.run(group -> {
                        if (cancelAt == 0) {
                            scope.cancel();
                        } else {
                            group.startSoon(() -> {
                                for (int i = 1; i < cancelAt; i++) {
                                    AnyIO.checkpoint();
                                }
                                scope.cancel();
                            });
                        }
                        scope.run(() -> listener.serve(stream -> {}));
                    });
                    assertThat(scope.cancelledCaught()).isTrue();
                    listener.close();
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void closedWhileAsManyAreServedAsMayBe(Transport transport) {
        var served = new Signal();
        run(transport, () -> {
            SocketListener listener = Tcp.listen(HOST, 0, ListenOptions.DEFAULTS.withConnectionLimit(1));
            int port = listener.port();
            peer(() -> {
                try (Socket socket = connect(port)) {
                    return socket.getInputStream().read();
                }
            });
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    served.await();
                    AnyIO.checkpoint();
                    listener.close();
                });
                assertThatThrownBy(() -> listener.serve(stream -> {
                            served.set();
                            AnyIO.sleepForever();
                        }))
                        .isInstanceOfSatisfying(
                                ExceptionGroup.class,
                                failure -> assertThat(failure.exceptions())
                                        .singleElement()
                                        .isInstanceOf(ClosedResourceException.class));
            });
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aGracePeriodRefusesNewClients(Transport transport) {
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    SocketListener listener = Tcp.listen(HOST, 0, GRACE);
                    int port = listener.port();
                    var refused = new Signal();
                    var draining = new Signal();
                    peer(() -> {
                        try (Socket socket = connect(port)) {
                            socket.getOutputStream().write(1);
                            draining.awaitInThread();
                            assertThatThrownBy(() -> connect(port).close()).isInstanceOf(ConnectException.class);
                            refused.set();
                            return null;
                        }
                    });
                    listener.serve(stream -> {
                        stream.receive();
                        group.cancel();
                        awaitClosed(listener);
                        draining.set();
                        refused.await();
                    });
                }));
    }

    /** Waits until the serving task has closed the listener. */
    private static void awaitClosed(SocketListener listener) {
        while (true) {
            try {
                listener.accept().abort();
            } catch (BusyResourceException serving) {
                AnyIO.checkpoint();
            } catch (ClosedResourceException closed) {
                listener.close(); // waits until the system has released the port
                return;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aFailureIsReportedAlthoughItsClientTakesNothing(Transport transport) {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                int port = listener.port();
                var over = new Signal();
                peer(() -> {
                    try (Socket socket = connect(port)) {
                        over.awaitInThread();
                        return socket.getPort();
                    }
                });
                TaskGroup.run(group -> {
                    group.startSoon(() -> listener.serve(stream -> {
                        byte[] much = new byte[64 * 1024 * 1024];
                        Timeouts.moveOnAfter(Duration.ofMillis(50), () -> stream.send(much));
                        throw new IllegalStateException("expected");
                    }));
                    while (log.messages().isEmpty()) {
                        AnyIO.sleep(Duration.ofMillis(1));
                    }
                    group.cancel();
                });
                over.set();
            }
        });
        assertThat(log.messages()).singleElement().asString().contains("Serving the connection");
    }

    /** Takes ten seconds, so it does not run on every transport. */
    @Test
    @Tag("stress")
    void aClientThatTakesNothingDoesNotKeepItsPlace() {
        run(Transport.first(), () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0, ListenOptions.DEFAULTS.withConnectionLimit(1))) {
                int port = listener.port();
                var asked = new AtomicInteger();
                var first = new Signal();
                var over = Event.create();
                peer(() -> {
                    try (Socket idle = connect(port)) {
                        first.awaitInThread();
                        try (Socket socket = connect(port)) {
                            assertThat(socket.getInputStream().read()).isEqualTo(2);
                        }
                        over.set();
                        assertThatThrownBy(() -> readAll(idle)).isInstanceOf(IOException.class); // reset
                        return null;
                    }
                });
                TaskGroup.run(group -> {
                    group.startSoon(() -> listener.serve(stream -> {
                        if (asked.incrementAndGet() == 1) {
                            var much = ByteBuffer.allocate(64 * 1024 * 1024);
                            Timeouts.moveOnAfter(Duration.ofMillis(20), () -> stream.send(much));
                            first.set();
                        } else {
                            stream.send(new byte[] {2});
                        }
                    }));
                    over.await();
                    group.cancel();
                });
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theNextListenerHasThePortAtOnce(Transport transport) {
        run(transport, () -> {
            SocketListener first = Tcp.listen(HOST, 0);
            int port = first.port();
            first.close();
            for (int i = 0; i < 20; i++) {
                Tcp.listen(HOST, port).close();
            }
        });
    }
}
