package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server that gives work to worker threads, and the threads that use a run from outside. */
@Tag("once")
class BlockingWorkTest {
    private static final List<String> LOOP = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED");

    /** A client that asks one question after the other. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(30_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        String ask(String question) throws IOException {
            socket.getOutputStream().write((question + "\n").getBytes(UTF_8));
            return in.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"netty,epoll", "netty,nio", "jdk,selector"})
    void slowWorkHoldsUpNoOtherClient(String backend, String transport) throws Exception {
        try (var server = ChildJvm.run(
                LOOP,
                "blocking-work",
                "--port=0",
                "--patience=1000",
                "--connections=1",
                "--backend=" + backend,
                "--transport=" + transport)) {
            int port = Integer.parseInt(server.await("listening on 127.0.0.1:"));
            try (var one = new Client(port);
                    var other = new Client(port)) {
                assertThat(one.ask("primes 100")).isEqualTo("25 primes below 100");
                assertThat(one.ask("query 1")).isEqualTo("row 1");
                assertThat(one.ask("query 20000")).isEqualTo("the database is too slow");
                assertThat(other.ask("query 1"))
                        .as("the connection is in use until the abandoned call has ended")
                        .isEqualTo("the database is too slow");
                assertThat(other.ask("primes 2147483647")).isEqualTo("too many numbers");
                assertThat(other.ask("primes 100")).isEqualTo("25 primes below 100");
                assertThat(one.ask("primes many")).startsWith("say 'primes N'");
                assertThat(one.ask("what 1")).isEqualTo("unknown: what");
            }
            server.signal("TERM");
            assertThat(server.status()).as("%s", server.lines()).isZero();
            assertThat(server.lines()).noneMatch(line -> line.contains("WARNING") || line.contains("Exception"));
        }
    }

    @ParameterizedTest
    @CsvSource({"netty,nio", "jdk,selector"})
    void threadsOutsideUseARun(String backend, String transport) throws Exception {
        try (var example = ChildJvm.run(LOOP, "from-outside", "--backend=" + backend, "--transport=" + transport)) {
            assertThat(example.status()).as("%s", example.lines()).isZero();
            assertThat(example.lines().subList(1, example.lines().size()))
                    .containsExactly(
                            "the GUI goes on",
                            "gui shows the answer to a click",
                            "cancelled: true",
                            "answer to request 0",
                            "answer to request 1",
                            "answer to request 2");
        }
    }
}
