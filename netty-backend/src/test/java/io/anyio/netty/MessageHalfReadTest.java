package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.TaskGroup;
import io.anyio.resource.BrokenResourceException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams of messages whose peer closes the connection over a request that it has read in part. */
class MessageHalfReadTest extends AttachedServerTestBase {
    private static final int CONNECTIONS = 40;
    private static final int PART = 64 * 1024;
    private static final int READ = 50_000;

    /** The request: more than the buffers of both sides hold. */
    private static final int PARTS = 500;

    private static final int ANSWER = 40_000;

    private ServerSocket peer;

    @BeforeEach
    void listen() throws IOException {
        peer = new ServerSocket();
        peer.setReceiveBufferSize(PART);
        peer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofPlatform().daemon().start(this::answerAll);
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
    }

    private void answerAll() {
        try {
            while (true) {
                try (Socket socket = peer.accept()) {
                    socket.setSoLinger(true, 0); // a reset; otherwise the JDK would end the output in order first
                    socket.getInputStream().readNBytes(READ);
                    socket.getOutputStream().write(new byte[ANSWER]);
                }
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theStreamIsBrokenAndDoesNotEndInOrder(Transport transport) throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.getLocalPort());
        run(transport, () -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                try (MessageStream stream = NettyStreams.connect(new Bootstrap(), address)) {
                    TaskGroup.run(group -> {
                        group.startSoon(() -> sendRequest(stream));
                        assertThatThrownBy(() -> receiveAll(stream)).isInstanceOf(BrokenResourceException.class);
                    });
                }
            }
        });
    }

    private static void sendRequest(MessageStream stream) {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < PARTS; i++) {
                        stream.send(Unpooled.wrappedBuffer(new byte[PART]));
                    }
                    stream.flush();
                })
                .isInstanceOf(BrokenResourceException.class);
    }

    private static void receiveAll(MessageStream stream) {
        int received = 0;
        while (true) {
            received += ((ByteBuf) stream.receive()).readableBytes();
            assertThat(received).isLessThanOrEqualTo(ANSWER);
        }
    }
}
