package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.testsuite.Transport;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a sender waits for a peer that does not read, with little memory in between. */
class BackPressureTest extends TcpTestBase {

    /** More than both sockets' buffers and ours hold together. */
    private static final int MUCH = 64 * 1024 * 1024;

    /** The number of rounds without progress after which a task counts as stuck. */
    private static final int ROUNDS = 200;

    @ParameterizedTest
    @MethodSource("transports")
    void aSenderWaitsForAPeerThatDoesNotRead(Transport transport) throws Exception {
        var stuck = new Signal();
        var received = new CompletableFuture<byte[]>();
        byte[] data = random(MUCH, 5);
        connection(
                transport,
                socket -> {
                    stuck.awaitInThread();
                    received.complete(readAll(socket));
                },
                stream -> TaskGroup.run(group -> {
                    ByteBuffer rest = ByteBuffer.wrap(data);
                    group.startSoon(() -> {
                        stream.send(rest);
                        stream.close();
                    });
                    int before = -1;
                    for (int same = 0; same < ROUNDS; same++) {
                        AnyIO.checkpoint();
                        if (rest.position() != before) {
                            before = rest.position();
                            same = 0;
                        }
                    }
                    assertThat(before).isLessThan(MUCH / 2);
                    stuck.set();
                }));
        assertThat(get(received)).isEqualTo(data);
    }
}
