package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.Transport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests with eight clients on plain sockets and threads that send random bytes at the same time and get them back. */
class StrangersTest extends GuaranteeTestBase {
    private static final int CLIENTS = 8;
    private static final int BLOCK = 1 << 16;
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @MethodSource("transports")
    void getBackWhatTheySend(Transport transport) throws Exception {
        push(transport, 4 * MIB);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("soak")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void getBackTheirGigabyte(Transport transport) throws Exception {
        push(transport, 128 * MIB);
    }

    private static void push(Transport transport, long bytes) throws Exception {
        var port = new CompletableFuture<Integer>();
        List<FutureTask<Long>> clients = new ArrayList<>();
        for (int seed = 0; seed < CLIENTS; seed++) {
            clients.add(client(port, bytes, seed));
        }
        AnyIO.run(() -> serve(port), transport.options());
        for (FutureTask<Long> client : clients) {
            assertThat(client.get()).isEqualTo(bytes);
        }
    }

    /** Serves half of the connections through arrays, half through a buffer. */
    private static void serve(CompletableFuture<Integer> port) {
        int[] served = new int[2];
        TaskGroup.run(group -> {
            SocketListener listener = Tcp.listen(HOST, 0);
            port.complete(listener.port());
            listener.serve(stream -> {
                echo(stream, served[0]++ % 2 == 0);
                if (++served[1] == CLIENTS) {
                    stream.close();
                    group.cancel();
                }
            });
        });
    }

    private static void echo(SocketStream stream, boolean arrays) {
        ByteBuffer buffer = ByteBuffer.allocate(10_000);
        try {
            while (true) {
                if (arrays) {
                    stream.send(stream.receive());
                } else {
                    stream.receive(buffer.clear());
                    stream.send(buffer.flip());
                }
            }
        } catch (EndOfStreamException end) {
            stream.sendEof();
        }
    }

    /** Sends on one thread, receives on another, and returns the number of bytes that came back unchanged. */
    private static FutureTask<Long> client(CompletableFuture<Integer> port, long bytes, int seed) {
        var task = new FutureTask<>(() -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port.get())) {
                var sending = new FutureTask<>(() -> {
                    send(socket.getOutputStream(), bytes, seed);
                    socket.shutdownOutput();
                    return null;
                });
                Thread.ofPlatform().daemon().start(sending);
                long same = compare(socket.getInputStream(), bytes, seed);
                sending.get();
                return same;
            }
        });
        Thread.ofPlatform().daemon().name("client " + seed).start(task);
        return task;
    }

    private static void send(OutputStream out, long bytes, int seed) throws IOException {
        var random = new SplittableRandom(seed);
        byte[] block = new byte[BLOCK];
        for (long sent = 0; sent < bytes; sent += BLOCK) {
            random.nextBytes(block);
            out.write(block);
        }
    }

    private static long compare(InputStream in, long bytes, int seed) throws IOException {
        var data = new DataInputStream(in);
        var random = new SplittableRandom(seed);
        byte[] expected = new byte[BLOCK];
        byte[] block = new byte[BLOCK];
        long same = 0;
        while (same < bytes) {
            random.nextBytes(expected);
            data.readFully(block);
            if (!Arrays.equals(expected, block)) {
                return same;
            }
            same += BLOCK;
        }
        return data.read() < 0 ? same : same + 1;
    }
}
