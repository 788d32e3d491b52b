package io.anyio.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests are sent by the schedule, and a server that is late shows in the latencies. */
@Tag("once")
class ScheduledLoadTest {
    private static final byte[] REQUEST = {1, 2, 3};
    private static final byte[] ANSWER = {4, 5};
    private static final int PER_SECOND = 1_000;
    private static final int COUNT = 100;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(COUNT) / PER_SECOND;
    private static final double MILLI = 1e6; // nanoseconds

    private final Latencies latencies = new Latencies();
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

    private ScheduledLoad connect() throws IOException {
        return ScheduledLoad.connect(
                (InetSocketAddress) listening.getLocalSocketAddress(), 1, Exchange.of(REQUEST, ANSWER));
    }

    /** Writes answers together once so many requests have come. */
    private static void answerTogether(Socket server, int requests, int answers) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                server.getInputStream().readNBytes(requests * REQUEST.length);
                var all = new ByteArrayOutputStream();
                for (int i = 0; i < answers; i++) {
                    all.writeBytes(ANSWER);
                }
                server.getOutputStream().write(all.toByteArray());
            } catch (IOException closed) {
                // the test is over
            }
        });
    }

    @Test
    void requestsAreSentWithoutAnswersAndLatenciesBeginWhenTheyWereDue() throws Exception {
        try (ScheduledLoad load = connect();
                Socket server = listening.accept()) {
            answerTogether(server, COUNT, COUNT);

            load.run(PER_SECOND, NANOS, 0, latencies);

            assertThat(latencies.count()).isEqualTo(COUNT);
            // the first one waited for the last one to be due, the one in the middle half as long
            assertThat(latencies.quantile(1)).isGreaterThanOrEqualTo((COUNT - 1) * MILLI);
            assertThat(latencies.quantile(1) - latencies.quantile(0)).isBetween(98.9 * MILLI, 99.1 * MILLI);
            assertThat(latencies.quantile(0.5)).isGreaterThanOrEqualTo((COUNT / 2 - 1) * MILLI);
        }
    }

    @Test
    void theBeginningIsLeftOut() throws Exception {
        try (ScheduledLoad load = connect();
                Socket server = listening.accept()) {
            answerTogether(server, COUNT, COUNT);

            load.run(PER_SECOND, NANOS, NANOS * 3 / 4, latencies);

            assertThat(latencies.count()).isEqualTo(COUNT / 4);
        }
    }

    @Test
    void otherBytesFail() throws Exception {
        try (ScheduledLoad load = connect();
                Socket server = listening.accept()) {
            server.getOutputStream().write(ANSWER[0] + 1);

            assertThatThrownBy(() -> load.run(PER_SECOND, NANOS, 0, latencies))
                    .hasMessage("Byte 0 of a connection is 5 instead of 4");
        }
    }

    @Test
    void moreAnswersThanRequestsFail() throws Exception {
        try (ScheduledLoad load = connect();
                Socket server = listening.accept()) {
            answerTogether(server, 1, COUNT + 1);

            assertThatThrownBy(() -> load.run(PER_SECOND, NANOS, 0, latencies))
                    .hasMessageMatching("Received \\d+ bytes as the answers to \\d+ requests");
        }
    }

    @Test
    void aConnectionThatEndsFails() throws Exception {
        try (ScheduledLoad load = connect()) {
            listening.accept().close();

            assertThatThrownBy(() -> load.run(PER_SECOND, NANOS, 0, latencies)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void quantilesAreTheSmallestLatencyThatEnoughDoNotExceed() {
        for (int i = 200_000; i > 0; i--) { // more than fit at first
            latencies.add(i);
        }

        assertThat(latencies.quantile(0.5)).isEqualTo(100_000);
        assertThat(latencies.quantile(0.99)).isEqualTo(198_000);
        assertThat(latencies.quantile(1)).isEqualTo(200_000);
        latencies.clear();
        assertThatThrownBy(() -> latencies.quantile(0.5)).hasMessage("No latencies were measured");
    }

    @Test
    void listsOfProcessorsAreRead() {
        assertThat(Processor.parse("0-2,5,7-7")).containsExactly(0, 1, 2, 5, 7);
    }
}
