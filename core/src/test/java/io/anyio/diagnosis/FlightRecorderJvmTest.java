package io.anyio.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events in JVMs of their own: without the Flight Recorder, and on the module path. */
@Tag("once")
class FlightRecorderJvmTest {
    private static final String CLASSES = location(AnyIO.class);
    private static final String PROGRAM = location(FlightRecorderJvmTest.class);
    private static final int LIMIT_SECONDS = 50;

    @TempDir
    private Path folder;

    private static String location(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }

    private static List<String> run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Danyio.carrier=portable");
        command.addAll(List.of(options));
        command.add(Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as("%s", lines).isZero();
        return lines;
    }

    @Test
    void withoutTheModuleARunWorksAndSaysThatItWritesNoEvents() throws Exception {
        String path = CLASSES + File.pathSeparator + PROGRAM;
        List<String> lines = run("-Danyio.jfr=true", "--limit-modules", "java.base,java.logging", "-cp", path);
        assertThat(lines).contains("slept");
        assertThat(lines.stream().filter(line -> line.contains("Runs write no events, although anyio.jfr is true")))
                .hasSize(1);
    }

    @Test
    void withoutTheModuleAndThePropertyNothingIsSaid() throws Exception {
        String path = CLASSES + File.pathSeparator + PROGRAM;
        assertThat(run("--limit-modules", "java.base,java.logging", "-cp", path))
                .containsExactly("slept", "slept");
    }

    /** Nothing of the Flight Recorder is loaded until it is asked for. */
    @Test
    void withoutThePropertyNoClassOfTheEventsIsLoaded() throws Exception {
        String path = CLASSES + File.pathSeparator + PROGRAM;
        assertThat(run("-verbose:class", "-cp", path))
                .anyMatch(line -> line.contains("io.anyio.internal.Tracing "))
                .noneMatch(line -> line.contains("io.anyio.jfr."))
                .noneMatch(line -> line.contains("jdk.jfr.Event "));
    }

    /** The Flight Recorder has access to event classes of a package that is not exported. */
    @Test
    void onTheModulePathEventsAreWritten() throws Exception {
        Path file = folder.resolve("run.jfr");
        List<String> lines = run(
                "-Danyio.jfr=true",
                "-XX:StartFlightRecording:filename=" + file,
                "-p",
                CLASSES,
                "--add-modules",
                "io.anyio.core",
                "-cp",
                PROGRAM);
        assertThat(lines).contains("slept");
        assertThat(RecordingFile.readAllEvents(file))
                .extracting(event -> event.getEventType().getName())
                .contains("io.anyio.TaskStart", "io.anyio.TaskSuspension", "io.anyio.TaskEnd");
    }

    /** Runs in a JVM of its own. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) {
                AnyIO.run(
                        () -> {
                            AnyIO.sleep(Duration.ofMillis(50));
                            System.out.println("slept");
                        },
                        "jdk");
            }
        }
    }
}
