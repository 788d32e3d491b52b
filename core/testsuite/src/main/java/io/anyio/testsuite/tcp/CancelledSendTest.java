package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.net.SocketStream;
import io.anyio.resource.BrokenResourceException;
import io.anyio.testsuite.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that a cancelled send sends nothing, reports how much, or ends the sending; and that of flush harms nothing.
 */
class CancelledSendTest extends TcpTestBase {
    private static final byte[] MARKER = {1, 2, 3};

    /** More than the buffers between the two sides can take. */
    private static final int MUCH = 64 * 1024 * 1024;

    /** Long enough for everything that can proceed; if it is not, the tests check less but still pass. */
    private static final Duration STALL = Duration.ofMillis(50);

    private static final int TIMES = 6;

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

    /** Sends to a peer that does not read, until no more can be sent. */
    private static void fill(SocketStream stream, ByteBuffer much) {
        int before;
        do {
            before = much.position();
            Timeouts.moveOnAfter(STALL, () -> stream.send(much));
        } while (much.position() > before);
        assertThat(much.hasRemaining()).isTrue();
    }

    private static byte[] readAllOrUntilReset(Socket socket) {
        var read = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(read);
        } catch (IOException reset) {
            // the bytes before it were read
        }
        return read.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void ofAnArrayIsWholeOrNothingOrTheEndAtEveryTurn(Transport transport) throws Exception {
        byte[] data = random(300_000, 1); // several send buffers
        for (int turns = 0; turns < 12; turns++) {
            int cancelAt = turns;
            var received = new CompletableFuture<byte[]>();
            var cancelled = new boolean[1];
            var broken = new boolean[1];
            connection(transport, socket -> received.complete(readAllOrUntilReset(socket)), stream -> {
                cancelled[0] = cancelledAfter(cancelAt, () -> stream.send(data)).cancelledCaught();
                try {
                    stream.send(MARKER);
                } catch (BrokenResourceException cut) {
                    broken[0] = true;
                }
            });
            byte[] got = get(received);
            if (broken[0]) {
                assertThat(cancelled[0]).isTrue();
                assertThat(got.length).isLessThan(data.length); // a reset may drop what has arrived
                assertThat(got).isEqualTo(Arrays.copyOf(data, got.length));
            } else {
                var expected = new ByteArrayOutputStream();
                expected.writeBytes(cancelled[0] ? new byte[0] : data);
                expected.writeBytes(MARKER);
                assertThat(got).isEqualTo(expected.toByteArray());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void ofAnArrayThatFoundNoRoomHasSentNothingAndTheNextOneWorks(Transport transport) throws Exception {
        byte[] data = random(MUCH, 2);
        var read = new Signal();
        var received = new CompletableFuture<byte[]>();
        var expected = new ByteArrayOutputStream();
        connection(
                transport,
                socket -> {
                    read.awaitInThread();
                    received.complete(readAll(socket));
                },
                stream -> {
                    ByteBuffer much = ByteBuffer.wrap(data);
                    fill(stream, much);
                    expected.write(data, 0, much.position());
                    int cancelled = 0;
                    for (int turns = 0; turns < TIMES; turns++) {
                        byte[] more = random(1000, turns);
                        if (cancelledAfter(turns, () -> stream.send(more)).cancelledCaught()) {
                            cancelled++;
                        } else {
                            expected.writeBytes(more);
                        }
                    }
                    assertThat(cancelled).isPositive();
                    read.set();
                    stream.send(MARKER);
                    expected.writeBytes(MARKER);
                });
        assertThat(Arrays.mismatch(get(received), expected.toByteArray())).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aCancelledFlushLosesNothingAndTheNextOneWaitsOn(Transport transport) throws Exception {
        byte[] data = random(MUCH, 3);
        var read = new Signal();
        var received = new CompletableFuture<byte[]>();
        var expected = new ByteArrayOutputStream();
        connection(
                transport,
                socket -> {
                    read.awaitInThread();
                    received.complete(readAll(socket));
                },
                stream -> {
                    ByteBuffer much = ByteBuffer.wrap(data);
                    fill(stream, much);
                    expected.write(data, 0, much.position());
                    int cancelled = 0;
                    for (int turns = 0; turns < TIMES; turns++) {
                        cancelled += cancelledAfter(turns, stream::flush).cancelledCaught() ? 1 : 0;
                    }
                    assertThat(cancelled).isPositive();
                    read.set();
                    stream.flush();
                    stream.send(MARKER);
                    expected.writeBytes(MARKER);
                });
        assertThat(Arrays.mismatch(get(received), expected.toByteArray())).isEqualTo(-1);
    }
}
