package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.net.Tcp;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that giving up a connect to a server that does not answer releases the file descriptor. */
class PendingConnectTest extends TcpTestBase {
    private static final int PATIENCE_MILLIS = 300;
    private static final int CONNECTS = 30;

    @BeforeAll
    static void onlyLinuxLetsThemWaitAndTells() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
    }

    /** Connects until the server's backlog is full; from then on the system answers no client. */
    private static List<Socket> fill(ServerSocket server) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        while (true) {
            var socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(LOOPBACK, server.getLocalPort()), PATIENCE_MILLIS);
                sockets.add(socket);
            } catch (SocketTimeoutException full) {
                socket.close();
                return sockets;
            }
        }
    }

    private static long sockets() throws IOException {
        try (Stream<Path> each = Files.list(Path.of("/proc/self/fd"))) {
            return each.filter(PendingConnectTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void givesItsDescriptorBackWhenItIsCancelled(Transport transport) throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            List<Socket> before = fill(server);
            run(transport, () -> {
                long atFirst = sockets();
                TaskGroup.run(group -> {
                    for (int i = 0; i < CONNECTS; i++) {
                        group.startSoon(() -> Tcp.connect(HOST, server.getLocalPort()));
                    }
                    while (sockets() < atFirst + CONNECTS) {
                        AnyIO.checkpoint();
                    }
                    group.cancel();
                });
                while (sockets() > atFirst) {
                    AnyIO.checkpoint();
                }
                // then one after the other, at any moment
                for (int turns = 0; turns < CONNECTS; turns++) {
                    int cancelAt = turns;
                    CancelScope.open(scope -> TaskGroup.run(group -> {
                        group.startSoon(() -> Tcp.connect(HOST, server.getLocalPort()));
                        for (int i = 0; i < cancelAt; i++) {
                            AnyIO.checkpoint();
                        }
                        scope.cancel();
                    }));
                }
                while (sockets() > atFirst) {
                    AnyIO.checkpoint();
                }
                assertThat(BackendUnderTest.get().openChannels()).isZero();
            });
            for (Socket socket : before) {
                socket.close();
            }
        }
    }
}
