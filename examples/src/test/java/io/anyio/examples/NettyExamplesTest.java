package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The servers of Netty as a user runs them: in a process of their own, which ends in good order. */
@Tag("once")
class NettyExamplesTest {
    private static final String PATIENCE = "20000"; // milliseconds; everything is cold

    private static final List<String> LOOP = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED");

    @ParameterizedTest
    @CsvSource({"netty-server-before,1,TERM", "netty-server-after,1,TERM", "netty-server-after,3,INT"})
    void aServerAnswersAndEndsWithStatusZero(String example, String loops, String signal) throws Exception {
        try (var server = ChildJvm.run(
                LOOP, example, "--port", "0", "--loops", loops, "--patience", PATIENCE, "--stock-patience", PATIENCE)) {
            String port = server.await("listening on 127.0.0.1:");
            try (var client = HttpClient.newHttpClient()) {
                var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/product/pear"))
                        .build();
                assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("pear costs 4.40, in stock: 28\n");
                server.signal(signal);
                assertThat(server.status()).as("%s", server.lines()).isZero();
            }
            assertThat(server.lines())
                    .contains("all connections ended in time: true", "requests: 1, answers: {200=1}", "stopped")
                    .noneMatch(line -> line.contains("WARNING") || line.contains("Exception"));
        }
    }

    @Test
    void theHelloServerOfThePageAnswers() throws Exception {
        try (var server = ChildJvm.run(io.anyio.examples.netty.HelloServer.class, LOOP, "0")) {
            int port = Integer.parseInt(server.await("listening on /127.0.0.1:"));
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream()
                        .write("GET /world HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".getBytes(UTF_8));
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .endsWith("\r\n\r\nhello from /world\n");
            }
            server.signal("TERM");
            assertThat(server.status()).isEqualTo(143);
            assertThat(server.lines()).hasSize(1);
        }
    }
}
