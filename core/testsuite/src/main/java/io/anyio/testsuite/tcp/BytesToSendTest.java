package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.diagnostics.LoopStatistics;
import io.anyio.diagnostics.RunStatistics;
import io.anyio.net.SocketStream;
import io.anyio.testsuite.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the number of bytes that were sent and that the system has not taken. */
class BytesToSendTest extends TcpTestBase {

    /** More than both sockets' buffers and ours hold together. */
    private static final int MUCH = 64 * 1024 * 1024;

    /** Waits until the number is as wanted. The system takes bytes at its own pace. */
    private static long awaitBytes(boolean some) {
        while (true) {
            RunStatistics now = AnyIO.statistics();
            assertThat(now.bytesToSend())
                    .isEqualTo(now.loops().stream()
                            .mapToLong(LoopStatistics::bytesToSend)
                            .sum());
            if (now.bytesToSend() > 0 == some) {
                return now.bytesToSend();
            }
            AnyIO.sleep(Duration.ofMillis(1));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theyAreCountedUntilThePeerHasRead(Transport transport) throws Exception {
        var stuck = new Signal();
        var received = new CompletableFuture<byte[]>();
        byte[] data = random(MUCH, 5);
        connection(
                transport,
                socket -> {
                    stuck.awaitInThread();
                    received.complete(readAll(socket));
                },
                stream -> {
                    assertThat(AnyIO.statistics().bytesToSend()).isZero();
                    TaskGroup.run(group -> {
                        group.startSoon(TaskOptions.DEFAULTS, () -> stream.send(data));
                        assertThat(awaitBytes(true)).isLessThan(MUCH);
                        stuck.set();
                    });
                    awaitBytes(false);
                    stream.close();
                });
        assertThat(get(received)).isEqualTo(data);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void thoseOfAConnectionThatWasAbortedDoNotCount(Transport transport) throws Exception {
        var end = new Signal();
        connection(transport, socket -> end.awaitInThread(), stream -> {
            sendUntilStuck(stream);
            assertThat(awaitBytes(true)).isPositive();
            stream.abort();
            awaitBytes(false);
            end.set();
        });
    }

    private static void sendUntilStuck(SocketStream stream) {
        var much = ByteBuffer.allocate(MUCH);
        int before;
        do {
            before = much.position();
            Timeouts.moveOnAfter(Duration.ofMillis(50), () -> stream.send(much));
        } while (much.position() > before);
    }
}
