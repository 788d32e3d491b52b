package io.anyio.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An example in a JVM of its own, as a user would run it; killed when closed. */
final class ChildJvm implements AutoCloseable {
    /** More than any example needs, and less than a test may take: reading from a process cannot be interrupted. */
    private static final long LIMIT_SECONDS = 50;

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();
    private boolean reported; // the last line was of a report

    private ChildJvm(Process process) {
        this.process = process;
        CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** {@code java JVM-FLAGS io.anyio.examples.Main ARGS} on this test's class path. */
    static ChildJvm run(List<String> jvmFlags, String... args) throws IOException {
        return run(Main.class, jvmFlags, args);
    }

    /** The same with another program. */
    static ChildJvm run(Class<?> main, List<String> jvmFlags, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED"));
        if (!jvmFlags.contains("-cp")) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        }
        command.addAll(jvmFlags);
        command.add(main.getName());
        command.addAll(List.of(args));
        return new ChildJvm(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Reads the next line, but for the watchdog's reports of short waits: on a busy machine there are some. */
    private @Nullable String next() throws IOException {
        String line = output.readLine();
        while (line != null && (isReport(line) || (reported && line.startsWith("    at ")))) {
            if (!reported && !lines.isEmpty() && lines.getLast().endsWith("OperatorLog log")) {
                lines.removeLast(); // the time of the report
            }
            reported = true;
            line = output.readLine();
        }
        reported = false;
        return line;
    }

    private static boolean isReport(String line) {
        return line.startsWith("WARNING: ")
                && (line.contains("waits for a lock while its tasks are ready")
                        || line.contains("waits outside of the library"));
    }

    /** Reads lines until one begins with {@code prefix}, and gives the rest of it. */
    String await(String prefix) throws IOException {
        for (String line = next(); line != null; line = next()) {
            lines.add(line);
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length());
            }
        }
        throw new AssertionError("The output ended without '" + prefix + "': " + lines);
    }

    /** Sends a signal by its name, as {@code kill} does. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for the end and gives the exit status. */
    int status() throws IOException, InterruptedException {
        for (String line = next(); line != null; line = next()) {
            lines.add(line);
        }
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("The process has not ended: " + lines);
        }
        return process.exitValue();
    }

    /** Everything it has printed so far, errors included. */
    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
