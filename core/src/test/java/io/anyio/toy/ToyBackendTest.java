package io.anyio.toy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.testing.BackendContract;
import io.anyio.testing.BackendContract.Part;
import io.anyio.testing.ByteStreamContract;
import io.anyio.testing.ContractCheck;
import io.anyio.testing.ListenerContract;
import io.anyio.testing.StreamPair;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The backend of the guide {@code docs/backends.md} is complete and small, and the guide shows its code. */
class ToyBackendTest {
    private static final int LIMIT = 300;
    private static final String HOST = "127.0.0.1";
    private static final Path SOURCES = Path.of("src/test/java/io/anyio/toy");
    private static final Path GUIDE = Path.of("../docs/backends.md");

    /** A block of code in the guide, with the comment before it that names its source. */
    private static final Pattern EXCERPT =
            Pattern.compile("<!-- toy: (\\w+) -->\\n~~~java\\n(.*?)~~~\\n", Pattern.DOTALL);

    // ---- the contracts ----

    private static Stream<DynamicTest> tests(Stream<ContractCheck> checks) {
        return checks.map(check -> dynamicTest(check.name(), () -> check.runOn(new ToyOptions())));
    }

    @TestFactory
    Stream<DynamicTest> backend() {
        return BackendContract.of(new ToyOptions())
                .withParts(Part.LOOPS, Part.TASKS, Part.TIMERS, Part.THREADS)
                .checks()
                .map(check -> dynamicTest(check.name(), check::run));
    }

    private static StreamPair<SocketStream, SocketStream> connection() {
        try (SocketListener listener = Tcp.listen(HOST, 0)) {
            SocketStream client = Tcp.connect(HOST, listener.port());
            return new StreamPair<>(client, listener.accept());
        }
    }

    @TestFactory
    Stream<DynamicTest> connections() {
        return tests(ByteStreamContract.twoWay(ToyBackendTest::connection).checks());
    }

    private record TcpSubject(SocketListener listener) implements ListenerContract.Subject {
        @Override
        public ByteStream connect() {
            return Tcp.connect(HOST, listener.port());
        }

        @Override
        public ByteStream accept() {
            return listener.accept();
        }
    }

    @TestFactory
    Stream<DynamicTest> listeners() {
        return tests(ListenerContract.of(() -> new TcpSubject(Tcp.listen(HOST, 0)))
                .withAccept(true)
                .checks());
    }

    // ---- programs ----

    private static void run(Block<Exception> main) throws Exception {
        AnyIO.run(main, new ToyOptions());
    }

    @Test
    void tasksSleepInAGroup() throws Exception {
        List<Integer> order = new ArrayList<>();
        run(() -> TaskGroup.run(group -> {
            for (int millis : List.of(400, 1, 200)) {
                group.startSoon(() -> {
                    AnyIO.sleep(Duration.ofMillis(millis));
                    order.add(millis);
                });
            }
        }));
        assertThat(order).containsExactly(1, 200, 400);
    }

    @Test
    void aTimeOutEndsAWait() throws Exception {
        run(() -> assertThatThrownBy(() -> Timeouts.failAfter(Duration.ofMillis(5), () -> AnyIO.sleepForever()))
                .isInstanceOf(TimedOutException.class));
    }

    @Test
    void twoTasksTalkOverTcp() throws Exception {
        run(() -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                TaskGroup.run(group -> {
                    group.startSoon(() -> listener.serve(stream -> {
                        while (true) {
                            stream.send(stream.receive());
                        }
                    }));
                    try (SocketStream client = Tcp.connect(HOST, listener.port())) {
                        for (String word : List.of("one", "two")) {
                            client.send(word.getBytes(UTF_8));
                            assertThat(new String(client.receive(), UTF_8)).isEqualTo(word);
                        }
                    }
                    group.cancel();
                });
            }
        });
    }

    /** Cancels a call while it waits. */
    private static void cancelWhileItWaits(Block<Exception> call) {
        TaskGroup.run(group -> {
            CancelScope scope = CancelScope.create();
            group.startSoon(() -> scope.run(call));
            AnyIO.awaitAllTasksBlocked();
            scope.cancel();
        });
    }

    @Test
    void aCancelledReceiveTakesNothing() throws Exception {
        run(() -> {
            StreamPair<SocketStream, SocketStream> pair = connection();
            cancelWhileItWaits(() -> pair.receiver().receive());
            pair.sender().send(new byte[] {1});
            assertThat(pair.receiver().receive()).containsExactly(1);
        });
    }

    @Test
    void aCancelledAcceptLosesNoConnection() throws Exception {
        run(() -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                cancelWhileItWaits(() -> listener.accept());
                SocketStream client = Tcp.connect(HOST, listener.port());
                assertThat(listener.accept().remoteAddress()).isEqualTo(client.localAddress());
            }
        });
    }

    /** The address is reserved for documentation: nothing answers, or the system refuses at once. */
    @Test
    void aCancelledConnectEnds() throws Exception {
        run(() -> {
            CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(50), () -> {
                try {
                    Tcp.connect("192.0.2.1", 7);
                } catch (RuntimeException unreachable) {
                    AnyIO.sleepForever();
                }
            });
            assertThat(scope.cancelledCaught()).isTrue();
        });
    }

    @Test
    void closingWakesTheTasksThatWait() throws Exception {
        run(() -> {
            StreamPair<SocketStream, SocketStream> pair = connection();
            SocketListener listener = Tcp.listen(HOST, 0);
            TaskGroup.run(group -> {
                group.startSoon(() -> assertThatThrownBy(() -> pair.receiver().receive())
                        .isInstanceOf(ClosedResourceException.class));
                group.startSoon(
                        () -> assertThatThrownBy(() -> listener.accept()).isInstanceOf(ClosedResourceException.class));
                AnyIO.awaitAllTasksBlocked();
                pair.receiver().close();
                listener.close();
            });
            Tcp.listen(HOST, listener.port()).close(); // the port is free again
        });
    }

    @Test
    void theEndOfARunClosesWhatTasksHaveLeftOpen() throws Exception {
        SocketChannel[] client = new SocketChannel[1];
        run(() -> {
            SocketListener listener = Tcp.listen(HOST, 0);
            client[0] = SocketChannel.open(listener.localAddress());
            listener.accept();
        });
        assertThat(client[0].read(ByteBuffer.allocate(1))).isEqualTo(-1);
        client[0].close();
    }

    @Test
    void itIsFoundByItsName(@TempDir Path folder) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve("io.anyio.spi.BackendProvider"), ToyProvider.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            assertThat(AnyIO.run(() -> AnyIO.currentRun().backend(), "toy")).isEqualTo("toy");
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThatThrownBy(() -> new ToyProvider().options(Map.of("loops", 2)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- the guide ----

    @Test
    void itIsSmall() throws IOException {
        long lines = 0;
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(ToyBackendTest::isPartOfTheBackend).toList()) {
                lines += Files.readAllLines(file).stream()
                        .filter(ToyBackendTest::isCode)
                        .count();
            }
        }
        assertThat(lines).isBetween(100L, LIMIT - 1L);
    }

    private static boolean isPartOfTheBackend(Path file) {
        return !file.endsWith("ToyBackendTest.java") && !file.endsWith("package-info.java");
    }

    private static boolean isCode(String line) {
        String text = line.strip();
        return !(text.isEmpty()
                || text.startsWith("import ")
                || text.startsWith("/*")
                || text.startsWith("*")
                || text.startsWith("//"));
    }

    @TestFactory
    Stream<DynamicTest> theGuideShowsItsCode() throws IOException {
        List<MatchResult> excerpts =
                EXCERPT.matcher(Files.readString(GUIDE)).results().toList();
        assertThat(excerpts).isNotEmpty();
        return excerpts.stream()
                .map(excerpt -> dynamicTest(
                        excerpt.group(1),
                        () -> assertThat(withoutIndentation(
                                        Files.readString(SOURCES.resolve(excerpt.group(1) + ".java"))))
                                .contains(withoutIndentation(excerpt.group(2)))));
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
