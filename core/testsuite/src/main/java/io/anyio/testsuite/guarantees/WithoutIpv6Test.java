package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.testsuite.Transport;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that IPv4 works and IPv6 is refused with a message in a JVM in which IPv6 is disabled. */
class WithoutIpv6Test extends GuaranteeTestBase {
    private static final String NO_FAMILY = "Address family not supported by protocol";

    @ParameterizedTest
    @MethodSource("transports")
    void ipv4WorksAndIpv6IsRefusedInWords(Transport transport) throws Exception {
        List<String> said;
        try (var program = new JvmProcess(Both.class, List.of("-Djava.net.preferIPv4Stack=true"), transport.label())) {
            said = program.allSaid();
        }
        assertThat(said)
                .containsExactly(
                        "any served 127.0.0.1",
                        "0.0.0.0 served 127.0.0.1",
                        "Cannot listen on :: port 0: " + NO_FAMILY,
                        "Cannot listen on ::1 port 0: " + NO_FAMILY,
                        "Cannot connect to ::1 port 1: " + NO_FAMILY);
    }

    /** Listens on addresses of both families, and connects to IPv4 and IPv6. */
    static final class Both {
        private Both() {}

        public static void main(String[] arguments) {
            AnyIO.run(
                    () -> {
                        try (SocketListener any = Tcp.listen(0)) {
                            JvmProcess.say("any served " + client(any));
                        }
                        try (SocketListener four = Tcp.listen("0.0.0.0", 0)) {
                            JvmProcess.say("0.0.0.0 served " + client(four));
                        }
                        refused(() -> Tcp.listen("::", 0));
                        refused(() -> Tcp.listen("::1", 0));
                        refused(() -> Tcp.connect("::1", 1));
                    },
                    new Transport(arguments[0]).options());
        }

        private static String client(SocketListener listener) {
            try (SocketStream client = Tcp.connect(HOST, listener.port());
                    SocketStream server = listener.accept()) {
                client.sendEof();
                return server.remoteAddress().getAddress().getHostAddress();
            }
        }

        private static void refused(Runnable call) {
            try {
                call.run();
                JvmProcess.say("not refused");
            } catch (UncheckedIOException refused) {
                JvmProcess.say(String.valueOf(refused.getMessage()));
            }
        }
    }
}
