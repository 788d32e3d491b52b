package io.anyio.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Timeouts;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of a run closes the sockets that its tasks have left open. */
class JdkEndTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final byte[] PART = new byte[64 * 1024];

    /** Sends until the peer, which does not read, has no room; returns how much was accepted. */
    private static long fill(SocketStream stream) {
        long[] sent = {0};
        Timeouts.moveOnAfter(Duration.ofMillis(200), () -> {
            while (true) {
                stream.send(PART);
                sent[0] += PART.length;
            }
        });
        return sent[0];
    }

    @Test
    void aListenerAndAnIdleConnectionAreClosed() throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            int port = AnyIO.run(
                    () -> {
                        SocketListener listener = Tcp.listen("127.0.0.1", 0);
                        Tcp.connect("127.0.0.1", server.getLocalPort()); // neither is closed by the task
                        return listener.port();
                    },
                    JdkOptions.DEFAULTS);
            try (Socket peer = server.accept()) {
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
            }
            assertThatThrownBy(() -> new Socket(LOOPBACK, port)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void aConnectionThatATaskHasClosedHasAMomentToSendTheRest() throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            var read = new CompletableFuture<Integer>();
            var closed = new CompletableFuture<Long>();
            Thread.ofPlatform().daemon().start(() -> {
                try (Socket peer = server.accept()) {
                    closed.join();
                    read.complete(peer.getInputStream().readAllBytes().length);
                } catch (IOException broken) {
                    read.completeExceptionally(broken);
                }
            });
            AnyIO.run(
                    () -> {
                        SocketStream stream = Tcp.connect("127.0.0.1", server.getLocalPort());
                        long sent = fill(stream);
                        CancelScope.open(scope -> {
                            scope.cancel();
                            stream.close(); // does not wait in a cancelled scope
                        });
                        closed.complete(sent);
                    },
                    JdkOptions.DEFAULTS);
            assertThat((long) read.get(20, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(closed.join());
        }
    }
}
