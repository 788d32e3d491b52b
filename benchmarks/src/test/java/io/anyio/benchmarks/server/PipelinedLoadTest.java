package io.anyio.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that does not do its work fails the benchmark instead of looking fast or hanging. */
@Tag("once")
class PipelinedLoadTest {
    private static final int SIZE = 64;
    private static final int UNDER_WAY = 16;

    private final ServerSocket listening = openListening();

    private static ServerSocket openListening() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void neverWaitForever() throws IOException {
        listening.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
    }

    private PipelinedLoad start() {
        return PipelinedLoad.start((InetSocketAddress) listening.getLocalSocketAddress(), 1, echo(), UNDER_WAY);
    }

    private static Exchange echo() {
        byte[] message = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            message[i] = (byte) i;
        }
        return Exchange.of(message, message);
    }

    @Test
    void whatComesBackIsCounted() throws Exception {
        try (PipelinedLoad load = start();
                Socket server = listening.accept()) {
            byte[] messages = server.getInputStream().readNBytes(SIZE * UNDER_WAY);
            server.getOutputStream().write(messages, 0, 5 * SIZE + 1);
            byte[] next = server.getInputStream().readNBytes(5 * SIZE); // sent when those have been counted
            assertThat(load.answered()).isEqualTo(5);

            server.getOutputStream().write(messages, 5 * SIZE + 1, 11 * SIZE - 1);
            server.getOutputStream().write(next);
            Thread.ofPlatform().daemon().start(() -> echo(server));
            load.awaitMore(100, Duration.ofSeconds(10));
            assertThat(load.answered()).isGreaterThanOrEqualTo(105);
        }
    }

    private static void echo(Socket socket) {
        try {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException closed) {
            // the test is over
        }
    }

    @Test
    void otherBytesFail() throws IOException {
        try (PipelinedLoad load = start();
                Socket server = listening.accept()) {
            server.getOutputStream().write(new byte[] {1, 2, 3});

            assertThatThrownBy(() -> load.awaitMore(1, Duration.ofSeconds(10)))
                    .hasMessage("The load has failed")
                    .hasRootCauseMessage("Byte 0 of a connection is 1 instead of 0");
        }
    }

    @Test
    void aConnectionThatEndsFails() throws IOException {
        try (PipelinedLoad load = start()) {
            listening.accept().close();

            assertThatThrownBy(() -> load.awaitMore(1, Duration.ofSeconds(10))).hasMessage("The load has failed");
        }
    }

    @Test
    void silenceFails() throws IOException {
        try (PipelinedLoad load = start();
                Socket _ = listening.accept()) {
            assertThatThrownBy(() -> load.awaitMore(7, Duration.ofMillis(50)))
                    .hasMessage("Only 0 of 7 answers came back in time");
        }
    }
}
