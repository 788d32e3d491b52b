package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.loop.OpenChannelsHere;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that connections which begin and end in every way leave no task, channel, buffer or file descriptor. */
class ChurnTest extends NettyTestBase {
    private static final int FEW = 1000;
    private static final int MANY = 10_000;
    private static final int WARM_UP = 20;

    @ParameterizedTest
    @MethodSource("transports")
    void ofStrangersLeaveNothingBehind(Transport transport) throws Exception {
        strangers(transport, FEW);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void ofVeryManyStrangersLeaveNothingBehind(Transport transport) throws Exception {
        strangers(transport, MANY);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void toStrangersLeaveNothingBehind(Transport transport) throws Exception {
        toStrangers(transport, FEW);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void toStrangersVeryOftenLeaveNothingBehind(Transport transport) throws Exception {
        toStrangers(transport, MANY);
    }

    /** Clients that do not use this library connect to our server. */
    private void strangers(Transport transport, int connections) throws Exception {
        counted(transport, () -> {
            var live = new AtomicInteger();
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                int port = listener.port();
                TaskGroup.run(tasks -> {
                    tasks.startSoon(() -> listener.serve(stream -> {
                        live.incrementAndGet();
                        try {
                            while (true) {
                                stream.send(stream.receive());
                            }
                        } finally {
                            live.decrementAndGet();
                        }
                    }));
                    var random = new SplittableRandom(1);
                    useOften(port, random, WARM_UP); // opens the descriptors that the JDK keeps open
                    awaitNoneLeft(live, 1);
                    long before = descriptors();
                    useOften(port, random, connections);
                    awaitNoneLeft(live, 1); // only the listener
                    awaitDescriptors(before);
                    tasks.cancel();
                });
            }
        });
    }

    private void useOften(int port, SplittableRandom random, int connections) {
        var done = new Signal();
        peer(() -> {
            for (int i = 0; i < connections; i++) {
                useOnce(port, random);
            }
            done.set();
            return null;
        });
        done.await();
    }

    private static void useOnce(int port, SplittableRandom random) throws IOException {
        try (Socket socket = connect(port)) {
            byte[] data = random(1 + random.nextInt(20_000), random.nextLong());
            int way = random.nextInt(5);
            if (way == 0) {
                reset(socket);
                return;
            }
            socket.getOutputStream().write(data);
            switch (way) {
                case 1 -> reset(socket);
                case 2 -> socket.getInputStream().readNBytes(data.length / 2); // and vanish
                case 3 -> {
                    socket.shutdownOutput();
                    assertThat(readAll(socket)).isEqualTo(data);
                }
                default ->
                    assertThat(socket.getInputStream().readNBytes(data.length)).isEqualTo(data);
            }
        }
    }

    /** We connect to a server that does not use this library and drops connections at random. */
    private void toStrangers(Transport transport, int connections) throws Exception {
        try (var server = new ServerSocket(0, 100, LOOPBACK)) {
            peer(() -> {
                var random = new SplittableRandom(2);
                for (int i = 0; i < WARM_UP + connections; i++) {
                    try (Socket socket = server.accept()) {
                        int way = random.nextInt(4);
                        if (way > 0) {
                            socket.getOutputStream().write(new byte[way * 1000]);
                        }
                        if (way > 1) {
                            socket.shutdownOutput();
                        }
                        if (way < 3) {
                            reset(socket);
                        } else {
                            readAll(socket);
                        }
                    } catch (IOException gone) {
                        // the other side closed first
                    }
                }
                return null;
            });
            counted(transport, () -> {
                var random = new SplittableRandom(3);
                connectOften(server.getLocalPort(), random, WARM_UP);
                awaitNoneLeft(new AtomicInteger(), 0);
                long before = descriptors();
                connectOften(server.getLocalPort(), random, connections);
                awaitNoneLeft(new AtomicInteger(), 0);
                awaitDescriptors(before);
            });
        }
    }

    private static void connectOften(int port, SplittableRandom random, int connections) {
        for (int i = 0; i < connections; i++) {
            try (SocketStream stream = Tcp.connect(HOST, port)) {
                stream.send(new byte[1 + random.nextInt(20_000)]);
                if (random.nextInt(3) == 0) {
                    stream.sendEof();
                }
                while (random.nextInt(3) > 0) {
                    stream.receive();
                }
                if (random.nextInt(3) == 0) {
                    stream.abort();
                }
            } catch (EndOfStreamException | BrokenResourceException | ConnectionFailedException dropped) {
                // continue with the next one
            }
        }
    }

    /** Waits for the last connections to close. */
    private static void awaitNoneLeft(AtomicInteger live, int channels) throws Exception {
        while (live.get() > 0 || OpenChannelsHere.count() > channels) {
            AnyIO.checkpoint();
        }
    }

    /** Waits for the last connections, which may not have been accepted yet when they were counted as closed. */
    private static void awaitDescriptors(long most) throws IOException {
        while (descriptors() > most) {
            AnyIO.checkpoint();
        }
    }

    private static long descriptors() throws IOException {
        Path all = Path.of("/proc/self/fd");
        if (!Files.isDirectory(all)) {
            return 0; // available on Linux only
        }
        try (Stream<Path> each = Files.list(all)) {
            return each.count();
        }
    }

    /** Runs {@code main}, and checks that its connections have no buffer left at the end. */
    private static void counted(Transport transport, Block<Exception> main) throws Exception {
        var buffers = new CountedBuffers();
        AnyIO.run(main, buffers.options(transport));
        assertThat(buffers.accepted()).isZero();
        assertThat(buffers.connected()).isZero();
        assertThat(buffers.connections()).isPositive();
    }
}
