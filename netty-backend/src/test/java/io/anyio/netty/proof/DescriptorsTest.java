package io.anyio.netty.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that has used up its file descriptors, for real, goes on when there are some again. */
class DescriptorsTest extends Proof {

    /** For the server's process. More than a JVM needs for itself. */
    private static final int LIMIT = 128;

    private static final int ROUNDS = 2;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void onlyUnixHasSuchALimit() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port); // the system accepts it for the server
        socket.getOutputStream().write(1);
        return socket;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void acceptingSurvivesThatTheyAreUsedUp(Transport transport) throws Exception {
        try (var program = Program.withDescriptors(LIMIT, folder, Server.class, transport.name())) {
            int port = Integer.parseInt(program.line());
            for (int round = 0; round < ROUNDS; round++) {
                List<Socket> sockets = new ArrayList<>();
                for (int i = 0; i < LIMIT; i++) {
                    sockets.add(connect(port));
                }
                String refusal = program.line();
                while (!refusal.contains("trying again")) {
                    refusal = program.line();
                }
                assertThat(refusal)
                        .contains("Cannot accept on /127.0.0.1:" + port)
                        .contains("Too many open files");
                for (Socket socket : sockets) {
                    socket.close(); // those that were accepted and those that were not
                }
                try (var late = connect(port)) {
                    assertThat(bounded(() -> late.getInputStream().read())).isEqualTo(1);
                }
            }
        }
    }

    /** An echo server. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws Exception {
            AnyIO.run(
                    () -> {
                        SocketListener listener = Tcp.listenTcp(HOST, 0);
                        System.out.println(listener.port());
                        listener.serve(stream -> {
                            while (true) {
                                stream.send(stream.receive());
                            }
                        });
                    },
                    NettyOptions.DEFAULTS.withTransport(Transport.valueOf(arguments[0])));
        }
    }
}
