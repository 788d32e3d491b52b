package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.TestResources;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy in front of a server that echoes, on every backend with a network. */
@AnyIOTest(simulated = false)
class RateLimitedProxyTest {
    private static final String HOST = "127.0.0.1";
    private static final long RATE = 50_000_000;

    private int server;
    private int proxy;

    /** Both servers run beside the test until its end. */
    @BeforeEach
    void start(TaskGroup group, TestResources resources) {
        var echo = resources.closeAtEnd(Tcp.listen(HOST, 0));
        server = echo.port();
        group.startSoon(() -> echo.serve(RateLimitedProxyTest::echo));
        proxy = startProxy(group, resources, server, RATE);
    }

    private static int startProxy(TaskGroup group, TestResources resources, int target, long rate) {
        var listener = resources.closeAtEnd(Tcp.listen(HOST, 0));
        group.startSoon(() -> RateLimitedProxy.serve(listener, HOST, target, rate));
        return listener.port();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4096, 300_000})
    void everyByteReturns(int length) {
        byte[] sent = new byte[length];
        for (int i = 0; i < length; i++) {
            sent[i] = (byte) i;
        }
        try (SocketStream client = Tcp.connect(HOST, proxy)) {
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    client.send(sent);
                    client.sendEof();
                });
                assertThat(all(client)).isEqualTo(sent);
            });
        }
    }

    @RepeatedTest(3)
    void clientsDoNotDisturbEachOther() {
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                byte[] mine = ("client " + i).getBytes(UTF_8);
                group.startSoon(() -> {
                    try (SocketStream client = Tcp.connect(HOST, proxy)) {
                        client.send(mine);
                        client.sendEof();
                        assertThat(all(client)).isEqualTo(mine);
                    }
                });
            }
        });
    }

    @Test
    void aClientThatVanishesDoesNotDisturbTheNext() {
        SocketStream vanishing = Tcp.connect(HOST, proxy);
        vanishing.send(new byte[10]);
        vanishing.abort();
        everyByteReturns(10);
    }

    @Test
    void theRateIsLimited(TaskGroup group, TestResources resources) {
        int slow = startProxy(group, resources, server, 50_000);
        Deadline begin = AnyIO.currentTime();
        try (SocketStream client = Tcp.connect(HOST, slow)) {
            client.send(new byte[20_000]);
            client.sendEof();
            assertThat(all(client)).hasSize(20_000);
        }
        assertThat(AnyIO.currentTime().since(begin))
                .isGreaterThan(Duration.ofMillis(200)); // all but a burst and the last chunk
    }

    @Test
    void withoutAServerTheConnectionEnds(TaskGroup group, TestResources resources) {
        int lonely = startProxy(group, resources, resources.freeTcpPort(), RATE);
        try (SocketStream client = Tcp.connect(HOST, lonely)) {
            assertThat(all(client)).isEmpty();
        }
    }

    private static void echo(SocketStream stream) {
        while (true) {
            stream.send(stream.receive());
        }
    }

    private static byte[] all(SocketStream stream) {
        var bytes = new ByteArrayOutputStream();
        try {
            while (true) {
                bytes.writeBytes(stream.receive());
            }
        } catch (EndOfStreamException | BrokenResourceException end) {
            return bytes.toByteArray();
        }
    }
}
