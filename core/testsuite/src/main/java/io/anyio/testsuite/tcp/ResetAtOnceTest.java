package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BrokenResourceException;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a task which receives learns of a reset that arrives while the connection is set up. */
class ResetAtOnceTest extends TcpTestBase {
    private static final int MANY = 50_000;
    private static final int SOME = 10_000;

    /** The latest time of the reset: setting up a connection takes about 100 microseconds. */
    private static final int LATEST_NANOS = 200_000;

    private final SplittableRandom random = new SplittableRandom(1);

    /** Before XX, 1 to 6 of 10,000 receivers waited for ever there if each side had its own core. */
    @ParameterizedTest
    @MethodSource("transports")
    @Tag("stress")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theServerLearnsOfEach(Transport transport) throws Exception {
        var live = new AtomicInteger();
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                int port = listener.port();
                TaskGroup.run(tasks -> {
                    tasks.startSoon(() -> listener.serve(stream -> {
                        live.incrementAndGet();
                        try {
                            stream.receive();
                        } finally {
                            live.decrementAndGet();
                        }
                    }));
                    var done = new Signal();
                    peer(() -> {
                        for (int i = 0; i < MANY; i++) {
                            resetSoon(connect(port));
                        }
                        done.set();
                        return null;
                    });
                    done.await();
                    Timeouts.moveOnAfter(Duration.ofSeconds(10), () -> {
                        while (live.get() > 0 || BackendUnderTest.get().openChannels() > 1) { // only the listener
                            AnyIO.checkpoint();
                        }
                    });
                    assertThat(live).hasValue(0);
                    assertThat(BackendUnderTest.get().openChannels()).isEqualTo(1);
                    tasks.cancel();
                });
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("stress")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theClientLearnsOfEach(Transport transport) throws Exception {
        try (var server = new ServerSocket(0, 100, LOOPBACK)) {
            peer(() -> {
                for (int i = 0; i < SOME; i++) {
                    resetSoon(server.accept());
                }
                return null;
            });
            run(transport, () -> {
                for (int i = 0; i < SOME; i++) {
                    try (SocketStream stream = Tcp.connect(HOST, server.getLocalPort())) {
                        Timeouts.failAfter(Duration.ofSeconds(10), () -> stream.receive());
                    } catch (BrokenResourceException | ConnectionFailedException reset) {
                        // continue with the next one
                    }
                }
            });
        }
    }

    private void resetSoon(Socket socket) throws IOException {
        long time = System.nanoTime() + random.nextInt(LATEST_NANOS);
        while (System.nanoTime() < time) {
            Thread.onSpinWait();
        }
        reset(socket);
    }
}
