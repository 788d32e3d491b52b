package io.anyio.arch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.testing.Simulation;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The core alone, without any other artifact and without a flag, is enough for a program with a network. */
@Tag("once")
class CoreAloneTest {
    private static final String CLASSES = location(AnyIO.class);
    private static final String PROGRAM = location(CoreAloneTest.class);
    private static final int LIMIT_SECONDS = 50;

    private static String location(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }

    private static List<String> run(List<String> paths) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(paths);
        command.add(Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as("%s", lines).isZero();
        return lines;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProgramRunsOnTheClassPathAndOnTheModulePath(boolean modules) throws Exception {
        List<String> lines = run(
                modules
                        ? List.of("-p", CLASSES, "--add-modules", "io.anyio.core", "-cp", PROGRAM)
                        : List.of("-cp", CLASSES + File.pathSeparator + PROGRAM));
        assertThat(lines)
                .contains("backends: [jdk, simulation]", "hello from jdk", "echoed: hello", "simulated")
                .anyMatch(line -> line.contains("--add-opens=java.base/java.lang="))
                .filteredOn(line -> !line.startsWith("    at ")) // of a report of the watchdog
                .hasSizeLessThan(15);
    }

    /** Runs in a JVM of its own. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            System.out.println("backends: " + AnyIO.availableBackends());
            AnyIO.run(
                    () -> System.out.println("hello from " + AnyIO.currentRun().backend()));
            AnyIO.run(Program::echo);
            Simulation.DEFAULTS.run(() -> System.out.println("simulated"));
        }

        private static void echo() {
            try (SocketListener listener = Tcp.listen("127.0.0.1", 0)) {
                TaskGroup.run(group -> {
                    group.startSoon(() -> listener.serve(stream -> {
                        while (true) {
                            stream.send(stream.receive());
                        }
                    }));
                    try (SocketStream stream = Tcp.connect("127.0.0.1", listener.port())) {
                        stream.send("hello".getBytes(UTF_8));
                        System.out.println("echoed: " + new String(stream.receive(), UTF_8));
                    }
                    group.cancel();
                });
            }
        }
    }
}
