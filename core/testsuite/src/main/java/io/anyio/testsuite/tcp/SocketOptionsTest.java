package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.Transport;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the effects of connect and listen options on the sockets, as far as the system shows them. */
class SocketOptionsTest extends TcpTestBase {

    /** Far more than are accepted in advance. */
    private static final int MANY = 60;

    private static final int PATIENCE_MILLIS = 200;

    @ParameterizedTest
    @MethodSource("transports")
    void aPortCanBeHadAgainAtOnceAlthoughConnectionsOfItLinger(Transport transport) throws Exception {
        int[] port = new int[1];
        for (int round = 0; round < 3; round++) {
            run(transport, () -> {
                try (SocketListener listener = Tcp.listen(HOST, port[0])) {
                    port[0] = listener.port();
                    peer(() -> {
                        try (Socket socket = connect(port[0])) {
                            assertThat(readAll(socket)).isEmpty(); // we close first, so that our side lingers
                        }
                        return null;
                    });
                    try (SocketStream stream = listener.accept()) {
                        stream.sendEof();
                        awaitEnd(stream);
                    }
                }
            });
        }
    }

    private static void awaitEnd(SocketStream stream) {
        try {
            stream.receive();
        } catch (EndOfStreamException expected) {
            return;
        }
        throw new AssertionError("The peer has sent something");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void moreThanTheBacklogHasRoomForMustWait(Transport transport) throws Exception {
        assumeTrue(System.getProperty("os.name").contains("Linux")); // elsewhere they may be refused, or not counted
        assertThat(admitted(transport, ListenOptions.DEFAULTS.withBacklog(1))).isLessThan(MANY);
        assertThat(admitted(transport, ListenOptions.DEFAULTS)).isEqualTo(MANY);
    }

    /** Returns how many of many clients are admitted while nothing accepts. */
    private int admitted(Transport transport, ListenOptions options) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0, options)) {
                int port = listener.port();
                var done = new Signal();
                peer(() -> {
                    try {
                        while (sockets.size() < MANY) {
                            var socket = new Socket();
                            socket.connect(new InetSocketAddress(LOOPBACK, port), PATIENCE_MILLIS);
                            sockets.add(socket);
                        }
                    } catch (SocketTimeoutException full) {
                        // the next connect would time out as well
                    } finally {
                        done.set();
                    }
                    return null;
                });
                done.await();
            }
        });
        for (Socket socket : sockets) {
            socket.close();
        }
        return sockets.size();
    }
}
