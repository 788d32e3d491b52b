package io.anyio.benchmarks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.benchmarks.server.Exchange;
import io.anyio.benchmarks.server.PipelinedLoad;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server's answer is learned from one exchange, and a wrong one is refused. */
@Tag("once")
class HelloExchangeTest {
    private static final String DATED = "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: 13\r\n\r\nHello, World!";

    private final ServerSocket listening = openListening();

    private static ServerSocket openListening() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    /** Serves connections one after the other: each answer on one of them is the next of these. */
    private void serve(String... answers) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    try (Socket connection = listening.accept()) {
                        for (String answer : answers) {
                            connection.getInputStream().readNBytes(Hello.REQUEST.length());
                            connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        }
                        connection.getInputStream().readAllBytes();
                    }
                }
            } catch (IOException closed) {
                // the test is over
            }
        });
    }

    @Test
    void theDateMayChange() throws Exception {
        serve(DATED.formatted("one"), DATED.formatted("two"));

        Exchange exchange = HelloExchange.with(address());

        assertThat(exchange.answerLength()).isEqualTo(DATED.formatted("one").length());
        try (PipelinedLoad load = PipelinedLoad.start(address(), 1, exchange, 2)) {
            load.awaitMore(2, Duration.ofSeconds(10));
        }
    }

    @Test
    void nothingElseMayChange() throws Exception {
        String wrong = DATED.formatted("one").replace("World!", "World?");
        serve(DATED.formatted("one"), wrong);
        Exchange exchange = HelloExchange.with(address());

        try (PipelinedLoad load = PipelinedLoad.start(address(), 1, exchange, 2)) {
            assertThatThrownBy(() -> load.awaitMore(2, Duration.ofSeconds(10)))
                    .rootCause()
                    .hasMessageContaining(" instead of " + (int) '!');
        }
    }

    @Test
    void anotherStatusIsRefused() {
        serve("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

        assertThatThrownBy(() -> HelloExchange.with(address()))
                .hasMessageStartingWith("Not an answer with status 200 and a length: HTTP/1.1 404");
    }

    @Test
    void anotherBodyIsRefused() {
        serve("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nBye");

        assertThatThrownBy(() -> HelloExchange.with(address()))
                .hasMessageStartingWith("The body is not 'Hello, World!'")
                .hasMessageEndingWith("Bye");
    }
}
