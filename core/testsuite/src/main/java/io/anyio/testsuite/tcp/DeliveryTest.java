package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.spi.Carrier;
import io.anyio.testsuite.Transport;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that messages which the loop reads in one turn reach their tasks in that turn. */
class DeliveryTest extends TcpTestBase {
    private static final int CONNECTIONS = 16;

    /** Much less than a yielding task does in the time budget of one drain. */
    private static final long FEW = 10L * CONNECTIONS;

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskThatYieldsForEverDoesNotRunAWholeBudgetBehindEachMessage(Transport transport) throws Exception {
        run(transport, () -> {
            assumeTrue(AnyIO.currentRun().carrier() == Carrier.LOOP, "elsewhere tasks run beside the loop");
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                List<Socket> clients = new ArrayList<>();
                List<SocketStream> streams = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    clients.add(connect(listener.port()));
                    streams.add(listener.accept());
                }
                long[] spins = {0};
                List<Long> spinsAtMessage = new ArrayList<>();
                TaskGroup.run(group -> {
                    for (SocketStream stream : streams) {
                        group.startSoon(() -> {
                            stream.receive();
                            spinsAtMessage.add(spins[0]);
                            if (spinsAtMessage.size() == CONNECTIONS) {
                                group.cancel();
                            }
                        });
                    }
                    group.startSoon(() -> {
                        while (true) {
                            AnyIO.checkpoint();
                            spins[0]++;
                        }
                    });
                    while (spins[0] == 0) { // all wait for their message
                        AnyIO.checkpoint();
                    }
                    for (Socket client : clients) { // this task holds the loop, which then finds all together
                        client.getOutputStream().write(1);
                    }
                });
                assertThat(spinsAtMessage.getLast() - spinsAtMessage.getFirst()).isLessThan(FEW);
                for (int i = 0; i < CONNECTIONS; i++) {
                    clients.get(i).close();
                    streams.get(i).close();
                }
            }
        });
    }
}
