package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the server's process does not grow by a gigabyte that one side offers and the other does not take. */
class MemoryTest extends GuaranteeTestBase {
    private static final long MIB = 1 << 20;
    private static final long OFFERED = 1024 * MIB;
    private static final long ALLOWED = 64 * MIB;
    private static final long WARM_UP = 64 * MIB;

    /** Less than the system alone accepts for the other side. */
    private static final long BEFORE_THE_END = 2 * MIB;

    /** Far more than the buffers between the two hold. */
    private static final long STUCK = OFFERED / 4;

    private static final int BLOCK = 1 << 16;
    private static final long WATCHED_SECONDS = 1;

    /** The server's behavior on a connection, except for warm-up. */
    enum Part {
        /** It sends to a client that does not receive. */
        SENDS,
        /** It does not receive. */
        RESTS,
        /** It sends what it receives to a client that does not receive. */
        ECHOES;

        /** Returns its byte on the wire. */
        int letter() {
            return name().charAt(0);
        }

        static Part of(int letter) {
            return Stream.of(values())
                    .filter(part -> part.letter() == letter)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @BeforeAll
    static void onlyLinuxTells() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void doesNotGrowByWhatIsNotTaken(Transport transport) throws Exception {
        try (var program = new JvmProcess(Server.class, List.of(), transport.label())) {
            int port = Integer.parseInt(program.said());
            for (Part part : Part.values()) {
                bounded(() -> warmUp(port, part));
            }
            List<Socket> sockets = new ArrayList<>();
            List<AtomicLong> pushed = new ArrayList<>();
            long before = resident(program.pid());
            for (Part part : Part.values()) {
                sockets.add(connect(port, part, false));
                pushed.add(new AtomicLong());
                if (part != Part.SENDS) {
                    var _ = push(sockets.getLast(), OFFERED, pushed.getLast());
                }
            }
            Socket ended = connect(port, Part.RESTS, false); // the end follows bytes that the task does not take
            FutureTask<?> ending = push(ended, BEFORE_THE_END, new AtomicLong());
            program.letRun(WATCHED_SECONDS);
            assertThat(resident(program.pid()) - before).isLessThan(ALLOWED);
            assertThat(pushed).allMatch(bytes -> bytes.get() < STUCK);
            ending.get(15, TimeUnit.SECONDS);
            for (Socket socket : sockets) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            ended.close();
            // the connections that were waiting to send
            assertThat(List.of(program.said(), program.said()))
                    .containsExactlyInAnyOrder("SENDS broke", "ECHOES broke");
        }
    }

    /** Connects and tells the server what to do. */
    private static Socket connect(int port, Part part, boolean warmUp) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write(part.letter());
        socket.getOutputStream().write(warmUp ? 1 : 0);
        return socket;
    }

    /** Runs every behavior once, with a client that does its part. */
    private static long warmUp(int port, Part part) throws Exception {
        try (var socket = connect(port, part, true)) {
            FutureTask<?> pushing = push(socket, part == Part.SENDS ? 0 : WARM_UP, new AtomicLong());
            long received = 0;
            byte[] block = new byte[BLOCK];
            for (int count = 0; count >= 0; count = socket.getInputStream().read(block)) {
                received += count;
            }
            pushing.get();
            assertThat(received).isEqualTo(part == Part.RESTS ? 0 : WARM_UP);
            return received;
        }
    }

    /** Sends {@code bytes} bytes on a thread of its own, and then the end. */
    private static FutureTask<?> push(Socket socket, long bytes, AtomicLong pushed) {
        var task = new FutureTask<>(() -> {
            byte[] block = new byte[BLOCK];
            while (pushed.get() < bytes) {
                socket.getOutputStream().write(block);
                pushed.addAndGet(BLOCK);
            }
            socket.shutdownOutput();
            return null;
        });
        Thread.ofPlatform().daemon().name("stranger").start(task);
        return task;
    }

    private static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
    }

    /** The server whose memory is measured. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws Exception {
            AnyIO.run(
                    () -> {
                        SocketListener listener = Tcp.listen(HOST, 0);
                        JvmProcess.say(listener.port());
                        listener.serve(stream -> {
                            Part part = Part.of(stream.receive(1)[0]);
                            boolean warmUp = stream.receive(1)[0] == 1;
                            try {
                                serve(stream, part, warmUp);
                            } catch (BrokenResourceException broken) {
                                JvmProcess.say(part + " broke");
                            }
                        });
                    },
                    new Transport(arguments[0]).options());
        }

        private static void serve(SocketStream stream, Part part, boolean warmUp) {
            if (part == Part.SENDS) {
                send(stream, warmUp ? WARM_UP : OFFERED);
                return;
            }
            if (part == Part.RESTS && !warmUp) {
                AnyIO.sleepForever();
            }
            try {
                while (true) {
                    byte[] bytes = stream.receive();
                    if (part == Part.ECHOES) {
                        stream.send(bytes);
                    }
                }
            } catch (EndOfStreamException end) {
                stream.sendEof();
            }
        }

        private static void send(SocketStream stream, long bytes) {
            byte[] block = new byte[BLOCK];
            for (long sent = 0; sent < bytes; sent += BLOCK) {
                stream.send(block);
            }
        }
    }
}
