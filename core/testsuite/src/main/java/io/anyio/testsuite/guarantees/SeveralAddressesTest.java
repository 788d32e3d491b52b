package io.anyio.testsuite.guarantees;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.ClosedResourceException;
import io.anyio.testsuite.Transport;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of names with several addresses, which are all used. The program's own hosts file defines such a name. */
class SeveralAddressesTest extends GuaranteeTestBase {
    private static final List<String> ADDRESSES = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private static final int ROUNDS = 10;

    @TempDir
    private Path folder;

    private JvmProcess program(Transport transport) throws IOException {
        Path hosts = folder.resolve("hosts");
        Files.write(
                hosts, ADDRESSES.stream().map(address -> address + " many.test").toList());
        return new JvmProcess(Server.class, List.of("-Djdk.net.hosts.file=" + hosts), transport.label());
    }

    private static Socket connect(String host, int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }

    /** Connects to all addresses, and then reads the answer of each. */
    private static List<String> ask(int port) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (String address : ADDRESSES) {
            sockets.add(connect(address, port));
        }
        List<String> answers = new ArrayList<>();
        for (Socket socket : sockets) {
            try (socket) {
                answers.add(new String(socket.getInputStream().readAllBytes(), US_ASCII));
            }
        }
        return answers;
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({169})
    @Ported({
        "SO::TestTCPListener::test_tcp_listener_same_port",
        "SO::TestTCPListener::test_tcp_listener_dualstack_disabled"
    })
    void allOfThemAreAcceptedOnOnePortAndNoneIsLost(Transport transport) throws Exception {
        try (var program = program(transport)) {
            int port = Integer.parseInt(program.said());
            List<String> each =
                    ADDRESSES.stream().map(host -> "/" + host + ":" + port).toList();
            assertThat(program.said()).isEqualTo("SocketListener" + each);
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(bounded(() -> ask(port))).isEqualTo(each);
            }
            assertThat(program.said()).isEqualTo("accepted");
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(bounded(() -> ask(port))).isEqualTo(each);
            }
            assertThat(program.said()).isEqualTo("served");
            assertThat(program.said()).isEqualTo("closed");
            assertThat(program.said()).isNull();
        }
    }

    /** Tells each connection the address on which it was accepted. */
    static final class Server {
        private Server() {}

        private static void answer(SocketStream stream) {
            try (stream) {
                stream.send(stream.localAddress().toString().getBytes(US_ASCII));
            }
        }

        public static void main(String[] arguments) throws Exception {
            AnyIO.run(
                    () -> {
                        SocketListener listener = Tcp.listen("many.test", 0);
                        JvmProcess.say(listener.port());
                        JvmProcess.say(listener);
                        acceptBetweenCancellations(listener, ROUNDS * ADDRESSES.size());
                        JvmProcess.say("accepted");
                        serve(listener, ROUNDS * ADDRESSES.size());
                        JvmProcess.say("served");
                        closeWhileAccepting(listener);
                        JvmProcess.say("closed");
                    },
                    new Transport(arguments[0]).options());
        }

        private static void acceptBetweenCancellations(SocketListener listener, int connections) {
            List<SocketStream> accepted = new ArrayList<>();
            for (int round = 0; accepted.size() < connections; round++) {
                int turns = round % 5;
                CancelScope scope = CancelScope.create();
                TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        for (int i = 0; i < turns; i++) {
                            AnyIO.checkpoint();
                        }
                        scope.cancel();
                    });
                    scope.run(() -> accepted.add(listener.accept()));
                    group.cancel();
                });
                if (!scope.cancelledCaught()) {
                    answer(accepted.getLast());
                }
            }
        }

        private static void serve(SocketListener listener, int connections) {
            int[] left = {connections};
            TaskGroup.run(group -> listener.serve(stream -> {
                answer(stream);
                if (--left[0] == 0) {
                    group.cancel();
                }
            }));
        }

        private static void closeWhileAccepting(SocketListener listener) {
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    AnyIO.checkpoint();
                    listener.close();
                });
                try {
                    listener.accept();
                } catch (ClosedResourceException expected) {
                    return;
                }
                throw new AssertionError("accepted after close");
            });
        }
    }
}
