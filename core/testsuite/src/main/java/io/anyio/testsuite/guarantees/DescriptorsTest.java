package io.anyio.testsuite.guarantees;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.spi.BackendOptions;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a server which has really used up its file descriptors continues when some are available again. */
class DescriptorsTest extends GuaranteeTestBase {

    /** The limit for the server's process: more than a JVM needs for itself. */
    private static final int LIMIT = 128;

    private static final int ROUNDS = 2;

    /** The number of rests, of 100 ms each. */
    private static final int RESTS = 10;

    /** The processor share above which a loop is busy: at rest it uses a fifth of this, spinning all it gets. */
    private static final double BUSY = 0.08;

    @TempDir
    private static Path folder;

    private static String jars = "";

    @BeforeAll
    static void onlyUnixHasSuchALimit() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
        jars = Jars.packed(JvmProcess.CLASS_PATH, folder);
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port); // the system accepts it for the server
        socket.getOutputStream().write(1);
        return socket;
    }

    /**
     * Returns every transport, with the program's classes in jars and in folders, where a class cannot be found when
     * the descriptors are used up.
     */
    static Stream<Arguments> programs() {
        return transports().flatMap(transport -> Stream.of(arguments(transport, true), arguments(transport, false)));
    }

    private static JvmProcess program(Transport transport, boolean packed) throws IOException {
        return JvmProcess.withDescriptors(
                LIMIT, packed ? jars : JvmProcess.CLASS_PATH, Server.class, transport.label());
    }

    private static List<Socket> useUp(int port) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            sockets.add(connect(port));
        }
        return sockets;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static String refusal(JvmProcess program) throws Exception {
        String line = program.line();
        while (!line.contains("trying again")) {
            line = program.line();
        }
        return line;
    }

    @ParameterizedTest
    @MethodSource("programs")
    void acceptingSurvivesThatTheyAreUsedUp(Transport transport, boolean packed) throws Exception {
        try (var program = program(transport, packed)) {
            int port = Integer.parseInt(program.said());
            for (int round = 0; round < ROUNDS; round++) {
                List<Socket> sockets = useUp(port);
                assertThat(refusal(program))
                        .contains("Cannot accept on /127.0.0.1:" + port)
                        .contains("Too many open files");
                close(sockets); // the accepted ones and the others
                try (var late = connect(port)) {
                    assertThat(bounded(() -> late.getInputStream().read())).isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theLoopRestsWhileThereAreNone(Transport transport) throws Exception {
        try (var program = program(transport, true)) {
            int port = Integer.parseInt(program.said());
            List<Socket> sockets = useUp(port);
            refusal(program); // the first refusal compiles code and loads classes
            refusal(program);
            long before = cpuNanos(program);
            long start = System.nanoTime();
            for (int i = 0; i < RESTS; i++) {
                refusal(program);
            }
            double busy = cpuNanos(program) - before;
            assertThat(busy / (System.nanoTime() - start)).isLessThan(BUSY);
            close(sockets);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aRunThatCannotBeginForWantOfThemSaysSo(Transport transport) throws Exception {
        try (var program = JvmProcess.withDescriptors(LIMIT, jars, Beginner.class, transport.label())) {
            assertThat(program.said()).contains("Too many open files");
        }
    }

    /** Returns the processor time that the program's loop has used. */
    private static long cpuNanos(JvmProcess program) throws Exception {
        program.tell("cpu");
        String line = program.line();
        while (!line.startsWith(Server.CPU)) {
            line = program.line();
        }
        return Long.parseLong(line.substring(Server.CPU.length()));
    }

    /** Begins a second run when all descriptors are used up, and tells what it throws. */
    static final class Beginner {
        private Beginner() {}

        public static void main(String[] arguments) throws Exception {
            BackendOptions options = new Transport(arguments[0]).options();
            AnyIO.run(() -> {}, options); // loads the classes
            List<InputStream> open = new ArrayList<>();
            String thrown = "nothing";
            try {
                while (true) {
                    open.add(Files.newInputStream(Path.of("/dev/null")));
                }
            } catch (IOException usedUp) {
                thrown = failureOfARun(options);
            } finally {
                for (InputStream file : open) {
                    file.close();
                }
            }
            JvmProcess.say(thrown);
        }

        private static String failureOfARun(BackendOptions options) {
            try {
                AnyIO.run(() -> {}, options);
                return "nothing";
            } catch (RuntimeException failure) {
                return String.valueOf(failure.getMessage());
            }
        }
    }

    /** An echo server that also reports the processor time of its loop. */
    static final class Server {
        private static final String CPU = "cpu ";

        private Server() {}

        public static void main(String[] arguments) throws Exception {
            Thread.ofPlatform().daemon().start(Server::tellWhenAsked);
            AnyIO.run(
                    () -> {
                        SocketListener listener = Tcp.listen(HOST, 0);
                        JvmProcess.say(listener.port());
                        listener.serve(stream -> {
                            while (true) {
                                stream.send(stream.receive());
                            }
                        });
                    },
                    new Transport(arguments[0]).options());
        }

        private static void tellWhenAsked() {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            cpuNanos(threads); // loads its classes while that is possible
            try (var input = new Scanner(System.in, US_ASCII)) {
                while (input.hasNextLine()) {
                    input.nextLine();
                    System.out.println(CPU + cpuNanos(threads));
                }
            }
        }

        private static long cpuNanos(ThreadMXBean threads) {
            long sum = 0;
            for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
                if (thread != null
                        && thread.getThreadName()
                                .startsWith("anyio-" + BackendUnderTest.get().name() + "-")) {
                    sum += threads.getThreadCpuTime(thread.getThreadId());
                }
            }
            return sum;
        }
    }
}
