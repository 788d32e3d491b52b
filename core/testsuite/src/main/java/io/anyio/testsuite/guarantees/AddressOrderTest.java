package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.testsuite.Transport;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of connecting to a name with an IPv4 and an IPv6 address, which the program's own hosts file defines. */
class AddressOrderTest extends GuaranteeTestBase {
    @TempDir
    private Path folder;

    private JvmProcess program(Transport transport) throws IOException {
        Path hosts = folder.resolve("hosts");
        Files.write(hosts, List.of("127.0.0.1 both.test", "::1 both.test"));
        return new JvmProcess(Client.class, List.of("-Djdk.net.hosts.file=" + hosts), transport.label());
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({165, 166})
    @Ported({"SO::TestTCPStream::test_happy_eyeballs", "SO::TestTCPStream::test_connection_refused"})
    void ipv6IsTriedFirstThenIpv4AndEachRefusalIsToldOf(Transport transport) throws Exception {
        try (var program = program(transport)) {
            List<String> said = program.allSaid();
            String first = said.contains("has IPv6") ? "/[0:0:0:0:0:0:0:1]" : "/127.0.0.1";
            assertThat(said.subList(1, said.size())).containsExactly(first, "/127.0.0.1", "2 refusals");
        }
    }

    /** Prints the address to which it connected: with both listening, with IPv4 only, and with neither. */
    static final class Client {
        private Client() {}

        public static void main(String[] arguments) {
            AnyIO.run(
                    () -> {
                        JvmProcess.say(hasIpv6() ? "has IPv6" : "no IPv6");
                        try (SocketListener everywhere = Tcp.listen(0)) {
                            connect(everywhere);
                        }
                        int port;
                        try (SocketListener four = Tcp.listen(HOST, 0)) {
                            connect(four);
                            port = four.port();
                        }
                        try (SocketStream unexpected = Tcp.connect("both.test", port)) {
                            JvmProcess.say(unexpected.toString());
                        } catch (ConnectionFailedException refused) {
                            JvmProcess.say(1 + refused.getSuppressed().length + " refusals");
                        }
                    },
                    new Transport(arguments[0]).options());
        }

        private static void connect(SocketListener listener) {
            try (SocketStream client = Tcp.connect("both.test", listener.port())) {
                String address = client.remoteAddress().toString();
                JvmProcess.say(address.substring(address.indexOf('/'), address.lastIndexOf(':')));
            }
        }

        private static boolean hasIpv6() {
            try {
                Tcp.listen("::1", 0).close();
                return true;
            } catch (UncheckedIOException none) {
                return false;
            }
        }
    }
}
