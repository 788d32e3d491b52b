package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BrokenResourceException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that the other side resets while we take them up: whoever receives learns of it. */
class ResetAtOnceTest extends NettyTestBase {
    private static final int MANY = 50_000;
    private static final int SOME = 10_000;

    /** The reset comes at any time while a connection is taken up, which needs some 100 microseconds. */
    private static final int LATEST_NANOS = 200_000;

    private final SplittableRandom random = new SplittableRandom(1);

    /** Before {@link FirstRead}, one to six in 10,000 waited for ever on io_uring when both sides had a core each. */
    @ParameterizedTest
    @MethodSource("transports")
    @Tag("stress")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theServerLearnsOfEach(Transport transport) throws Exception {
        var live = new AtomicInteger();
        run(transport, () -> {
            try (SocketListener listener = Tcp.listenTcp(HOST, 0)) {
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
                    CancelScope.moveOnAfter(Duration.ofSeconds(10), () -> {
                        while (live.get() > 0 || OpenChannelsHere.count() > 1) { // nobody but the listener
                            AnyIO.checkpoint();
                        }
                    });
                    assertThat(live).hasValue(0);
                    assertThat(OpenChannelsHere.count()).isEqualTo(1);
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
                    try (SocketStream stream = Tcp.connectTcp(HOST, server.getLocalPort())) {
                        CancelScope.failAfter(Duration.ofSeconds(10), () -> stream.receive());
                    } catch (BrokenResourceException | ConnectionFailedException reset) {
                        // the next one
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

    /** How it is that they do. A silent connection has no buffer unless it reads. */
    @Test
    void ioUringReadsBeforeThereIsAnything() throws Exception {
        assumeTrue(Transports.whyNot(Transport.IO_URING).isEmpty());
        var buffers = new CountedBuffers();
        AnyIO.run(
                () -> {
                    try (SocketListener listener = Tcp.listenTcp(HOST, 0);
                            SocketStream ours = Tcp.connectTcp(HOST, listener.port());
                            SocketStream theirs = listener.accept()) {
                        assertThat(ours.remoteAddress()).isEqualTo(theirs.localAddress());
                        while (buffers.accepted() == 0 || buffers.connected() == 0) {
                            AnyIO.checkpoint();
                        }
                    }
                },
                buffers.options(Transport.IO_URING));
        assertThat(buffers.accepted()).isZero();
        assertThat(buffers.connected()).isZero();
    }
}
