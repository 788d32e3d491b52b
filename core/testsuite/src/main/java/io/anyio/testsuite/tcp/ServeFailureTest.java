package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.FailureGroup;
import io.anyio.TaskGroup;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.Listener;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of serving that ends with the first handler that fails. */
class ServeFailureTest extends TcpTestBase {
    private static final ListenOptions ENDS = ListenOptions.DEFAULTS.withEndOnFailure(true);

    private final CapturedLog log = new CapturedLog("io.anyio.net");

    @AfterEach
    void stopCapturing() {
        log.close();
    }

    private static void awaitEnd(Socket socket) {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException reset) {
            // cancelled connections may end either way
        }
    }

    /** Serves one idle client, and then another, whose handler is {@code failing}; returns what serving throws. */
    private Throwable serve(
            Transport transport,
            ListenOptions options,
            Listener.Handler<SocketStream> failing,
            AtomicInteger cancelled) {
        var thrown = new Throwable[1];
        run(transport, () -> {
            try (var listener = Tcp.listen(HOST, 0, options)) {
                int port = listener.port();
                var idles = Event.create();
                peer(() -> {
                    try (Socket socket = connect(port)) {
                        socket.getOutputStream().write(1);
                        awaitEnd(socket);
                    }
                    return null;
                });
                AnyIO.checkpoint();
                thrown[0] = catchThrowable(() -> listener.serve(stream -> {
                    if (stream.receive()[0] == 2) {
                        idles.await();
                        failing.handle(stream);
                        return;
                    }
                    try {
                        peer(() -> {
                            try (Socket socket = connect(port)) {
                                socket.getOutputStream().write(2);
                                socket.shutdownOutput();
                                awaitEnd(socket);
                            }
                            return null;
                        });
                        idles.set();
                        AnyIO.sleepForever();
                    } catch (Cancelled c) {
                        cancelled.incrementAndGet();
                        throw c;
                    }
                }));
            }
        });
        return thrown[0];
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theFirstFailureEndsServingAndCancelsTheOtherConnections(Transport transport) {
        var cancelled = new AtomicInteger();
        Throwable thrown = serve(
                transport,
                ENDS,
                _ -> {
                    throw new IOException("expected");
                },
                cancelled);
        assertThat(thrown).isInstanceOf(ExceptionGroup.class);
        assertThat(((FailureGroup) thrown).exceptions())
                .singleElement()
                .isInstanceOf(IOException.class)
                .extracting(Throwable::getMessage)
                .isEqualTo("expected");
        assertThat(cancelled).hasValue(1);
        assertThat(log.messagesButForWaits()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientThatHasGoneAwayIsAFailureToo(Transport transport) {
        Throwable thrown = serve(transport, ENDS.withSpread(true), stream -> stream.receive(), new AtomicInteger());
        assertThat(((FailureGroup) thrown).exceptions()).singleElement().isInstanceOf(EndOfStreamException.class);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aGracePeriodDoesNotHoldUpAFailure(Transport transport) {
        var cancelled = new AtomicInteger();
        Throwable thrown = serve(
                transport,
                ENDS.withGracePeriod(Duration.ofHours(1)),
                _ -> {
                    throw new AssertionError("expected");
                },
                cancelled);
        assertThat(thrown).isInstanceOf(ErrorGroup.class);
        assertThat(((FailureGroup) thrown).contains(AssertionError.class)).isTrue();
        assertThat(cancelled).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aGroupOfTheCallersFailsWithTheHandler(Transport transport) {
        run(transport, () -> {
            SocketListener listener = Tcp.listen(HOST, 0, ENDS);
            int port = listener.port();
            peer(() -> {
                try (Socket socket = connect(port)) {
                    awaitEnd(socket);
                }
                return null;
            });
            Throwable thrown = catchThrowable(() -> TaskGroup.run(group -> listener.serve(group, _ -> {
                throw new IOException("expected");
            })));
            assertThat(((FailureGroup) thrown).exceptions()).singleElement().isInstanceOf(IOException.class);
            listener.close();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whatWasChosenIsPrinted(Transport transport) {
        assertThat(ENDS.endOnFailure()).isTrue();
        assertThat(ListenOptions.DEFAULTS.endOnFailure()).isFalse();
        assertThat(ENDS.withBacklog(7)
                        .withConnectionLimit(3)
                        .withGracePeriod(Duration.ZERO)
                        .withSpread(true))
                .asString()
                .contains("backlog=7", "connectionLimit=3", "spread=true", "endOnFailure=true");
        assertThat(ListenOptions.DEFAULTS.toString()).contains("connectionLimit=unlimited", "endOnFailure=false");
    }
}
