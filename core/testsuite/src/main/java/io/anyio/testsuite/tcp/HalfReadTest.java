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
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests with a peer that reads a part of our data, answers and closes, which resets the connection while we wait for
 * room: the send fails, and the answer is received.
 */
class HalfReadTest extends TcpTestBase {
    private static final int SOME = 160;
    private static final long STRESS_SECONDS = 25;
    private static final int AT_ONCE = 8;

    /** More than the buffers of both sides hold while the other side reads little. */
    private static final int REQUEST = 8 * 1024 * 1024;

    private static final int PART = 100_000;

    /** Fits into the window of a new connection, so that all of it arrives before the reset. */
    private static final int ANSWER = 40_000;

    private static final Duration LONG = Duration.ofSeconds(10);

    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger broken = new AtomicInteger();

    /** Each transport, with a peer that ends its sending before it closes, as JDK sockets do, and without. */
    static Stream<Arguments> ways() {
        return transports().flatMap(transport -> Stream.of(true, false).map(end -> Arguments.of(transport, end)));
    }

    /** With a channel that was closed after a failed write, one in ten connections lost its answer on NIO and epoll. */
    @ParameterizedTest
    @MethodSource("ways")
    void whoConnectsLearnsOfTheResetAndHasTheAnswer(Transport transport, boolean end) throws Exception {
        connecting(transport, end, SOME, Long.MAX_VALUE);
        assertThat(broken.get() + ended.get()).isEqualTo(SOME);
        assertThat(whole).hasValue(SOME);
        if (!end) {
            assertThat(ended).hasValue(0);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void whoAcceptsLearnsOfTheResetAndHasTheAnswer(Transport transport, boolean end) throws Exception {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                int port = listener.port();
                for (int i = 0; i < AT_ONCE; i++) {
                    peer(() -> {
                        for (int j = 0; j < SOME / AT_ONCE; j++) {
                            try (SocketChannel socket = SocketChannel.open()) {
                                socket.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
                                socket.connect(new InetSocketAddress(LOOPBACK, port));
                                answer(socket, PART, end);
                            }
                        }
                        return null;
                    });
                }
                TaskGroup.run(group -> {
                    for (int i = 0; i < SOME; i++) {
                        SocketStream stream = listener.accept();
                        group.startSoon(() -> {
                            try (stream) {
                                exchange(stream);
                            }
                        });
                    }
                });
            }
        });
        assertThat(whole).hasValue(SOME);
        assertThat(broken.get() + ended.get()).isEqualTo(SOME);
        if (!end) {
            assertThat(ended).hasValue(0);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    @Tag("stress")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void ofVeryManyEachSendLearnsOfTheReset(Transport transport, boolean end) throws Exception {
        connecting(transport, end, Integer.MAX_VALUE, System.nanoTime() + TimeUnit.SECONDS.toNanos(STRESS_SECONDS));
        assertThat(whole.get()).isPositive().isEqualTo(broken.get() + ended.get());
    }

    /** Bytes that no task receives are read as well, and nothing is left open. */
    @ParameterizedTest
    @MethodSource("ways")
    void theAnswerCanBeReceivedAfterTheSendHasFailed(Transport transport, boolean end) throws Exception {
        try (ServerSocketChannel server = server()) {
            peer(() -> {
                try (SocketChannel socket = server.accept()) {
                    answer(socket, PART, end);
                }
                return null;
            });
            run(transport, () -> {
                try (SocketStream stream = Tcp.connect(HOST, port(server))) {
                    assertThatThrownBy(() -> sendAll(stream)).isInstanceOf(BrokenResourceException.class);
                    while (BackendUnderTest.get().worksAhead()
                            && BackendUnderTest.get().openChannels() > 0) { // it does not wait for a receiving task
                        AnyIO.checkpoint();
                    }
                    assertThat(receiveAll(stream)).isEqualTo(ANSWER);
                    assertThatThrownBy(() -> stream.receive())
                            .isInstanceOfAny(BrokenResourceException.class, EndOfStreamException.class);
                    assertThatThrownBy(() -> stream.send(new byte[1])).isInstanceOf(BrokenResourceException.class);
                }
            });
        }
    }

    /** Connects {@code connections} times or until the given time. */
    private void connecting(Transport transport, boolean end, int connections, long until) throws Exception {
        try (ServerSocketChannel server = server()) {
            var left = new AtomicInteger(connections);
            var random = new SplittableRandom(1);
            for (int i = 0; i < AT_ONCE / 2; i++) {
                SplittableRandom parts = random.split();
                peer(() -> {
                    while (true) {
                        try (SocketChannel socket = server.accept()) {
                            answer(socket, parts.nextInt(1, PART), end);
                        } catch (IOException closed) {
                            return closed;
                        }
                    }
                });
            }
            run(
                    transport,
                    () -> TaskGroup.run(group -> {
                        for (int i = 0; i < AT_ONCE; i++) {
                            group.startSoon(() -> {
                                while (left.getAndDecrement() > 0 && System.nanoTime() < until) {
                                    try (SocketStream stream = Tcp.connect(HOST, port(server))) {
                                        exchange(stream);
                                    }
                                }
                            });
                        }
                    }));
        }
    }

    private void exchange(SocketStream stream) {
        TaskGroup.run(group -> {
            group.startSoon(() -> assertThatThrownBy(() -> Timeouts.failAfter(LONG, () -> sendAll(stream)))
                    .isInstanceOf(BrokenResourceException.class));
            group.startSoon(() -> Timeouts.failAfter(LONG, () -> {
                if (receiveAll(stream) == ANSWER) {
                    whole.incrementAndGet();
                }
            }));
        });
    }

    private static void sendAll(SocketStream stream) {
        stream.send(new byte[REQUEST]);
        stream.flush();
    }

    /** Returns the number of bytes before the end, whatever kind of end it is. */
    private int receiveAll(SocketStream stream) {
        int count = 0;
        try {
            while (true) {
                count += stream.receive().length;
            }
        } catch (EndOfStreamException end) {
            ended.incrementAndGet();
        } catch (BrokenResourceException reset) {
            broken.incrementAndGet();
        }
        return count;
    }

    /** Runs the other side, except for its close. */
    private static void answer(SocketChannel socket, int part, boolean end) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(part);
        while (read.hasRemaining() && socket.read(read) >= 0) {
            // more will follow
        }
        socket.write(ByteBuffer.allocate(ANSWER));
        if (end) {
            socket.shutdownOutput();
        }
    }

    private static ServerSocketChannel server() throws IOException {
        return ServerSocketChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024)
                .bind(new InetSocketAddress(LOOPBACK, 0), 100);
    }

    private static int port(ServerSocketChannel server) throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }
}
