package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chat server among clients that do not behave. */
@Tag("once")
class ChatServerTest {
    private static final String LOOP = "--add-opens=java.base/java.lang=ALL-UNNAMED";
    private static final int ROUNDS = 10;

    /** Lines at a time; a client that reads has room for them. */
    private static final int BURST = 500;

    private static final int BURSTS = 40;

    /** A client that speaks the protocol of the chat. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(int port, String name) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(30_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            say(name);
            hears("* welcome, ");
        }

        void say(String line) throws IOException {
            send((line + "\n").getBytes(UTF_8));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /** Reads on to the line that contains {@code text}. */
        String hears(String text) throws IOException {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.contains(text)) {
                    return line;
                }
            }
            throw new IOException("The server ended the connection before it had said " + text);
        }

        void vanish() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close(); // with a reset
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] garbage(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static ChildJvm server(List<String> flags, String backend, String transport, String loops)
            throws IOException {
        return ChildJvm.run(
                flags, "chat-server", "--port", "0", "--backend", backend, "--transport", transport, "--loops", loops);
    }

    @ParameterizedTest
    @CsvSource({"netty,nio,1", "netty,epoll,4", "netty,io_uring,1", "jdk,selector,1", "jdk,selector,4"})
    void strangersDoNotHarmOtherClients(String backend, String transport, String loops) throws Exception {
        try (var server = server(List.of(LOOP), backend, transport, loops)) {
            int port = Integer.parseInt(server.await("listening on 127.0.0.1:"));
            try (var ann = new Client(port, "ann");
                    var bob = new Client(port, "bob")) {
                ann.hears("* bob is here");
                for (int i = 0; i < ROUNDS; i++) {
                    var vanishing = new Client(port, "ghost " + i);
                    ann.hears("* ghost " + i + " is here");
                    vanishing.send("in the middle of a li".getBytes(UTF_8));
                    vanishing.vanish();
                    ann.hears("* ghost " + i + " has left");
                }
                try (var binary = new Client(port, "\u0007noise\u001b[31m")) {
                    assertThat(ann.hears("noise")).doesNotContain("\u0007", "\u001b");
                    binary.send(garbage(100_000));
                }
                try (var talker = new Client(port, "talker")) {
                    ann.hears("* talker is here");
                    talker.say("x".repeat(1_000_000));
                    assertThat(ann.hears("talker: x")).hasSizeLessThan(5000);
                    talker.say("short");
                    ann.hears("talker: short");
                }
                ann.hears("* talker has left");
                bob.say("all well?");
                ann.hears("bob: all well?");
            }
            server.signal("TERM");
            assertThat(server.status()).isZero();
            assertThat(server.lines()).noneMatch(line -> line.contains("WARNING") || line.contains("Exception"));
        }
    }

    @ParameterizedTest
    @CsvSource({"netty,epoll,1", "netty,nio,4", "jdk,selector,1"})
    void aClientThatDoesNotReadHoldsUpNoOther(String backend, String transport, String loops) throws Exception {
        try (var server = server(List.of(LOOP, "-Xmx64m"), backend, transport, loops)) {
            int port = Integer.parseInt(server.await("listening on 127.0.0.1:"));
            try (var ann = new Client(port, "ann");
                    var bob = new Client(port, "bob");
                    var asleep = new Client(port, "asleep")) {
                bob.hears("* asleep is here");
                String line = "z".repeat(4000);
                for (int burst = 0; burst < BURSTS; burst++) { // 80 MB in all, more than the server has
                    for (int i = 0; i < BURST; i++) {
                        ann.say(line);
                    }
                    ann.say("end of " + burst);
                    bob.hears("ann: end of " + burst);
                }
                asleep.say("good morning");
                bob.hears("asleep: good morning");
            }
            server.signal("TERM");
            assertThat(server.status()).isZero();
        }
    }
}
