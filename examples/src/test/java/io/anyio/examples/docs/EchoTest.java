package io.anyio.examples.docs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.TestResources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@AnyIOTest(simulated = false) // a simulation has no network
class EchoTest {
    private int port;

    @BeforeEach
    void startServer(TaskGroup group, TestResources resources) {
        SocketListener listener = resources.closeAtEnd(Tcp.listen("127.0.0.1", 0));
        port = listener.port();
        group.startSoon(() -> listener.serve(stream -> stream.send(stream.receive()))); // cancelled after the test
    }

    @Test
    void echoes() {
        try (SocketStream client = Tcp.connect("127.0.0.1", port)) {
            client.send(new byte[] {1, 2, 3});
            assertArrayEquals(new byte[] {1, 2, 3}, client.receive());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void echoes(int length) {
        try (SocketStream client = Tcp.connect("127.0.0.1", port)) {
            client.send(new byte[length]);
            assertArrayEquals(new byte[length], client.receive(length));
        }
    }
}
