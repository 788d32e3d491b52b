package io.anyio.benchmarks.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server in a JVM of its own, with the serial collector, 512 MiB, and one processor. Its cost is that of the whole
 * process: the compiler and the collector included.
 *
 * <p>The program prints {@code listening PORT NAME} when it listens, and ends when its standard input ends, also if the
 * benchmark is killed.
 */
public record ServerProcess(Process process) implements ServerUsage {
    private static final int PATIENCE_SECONDS = 20;
    private static final String LISTENING = "listening ";

    /**
     * Starts a server.
     *
     * @param pinned whether it runs on the servers' processor
     * @param arguments the arguments of {@code java}: flags, the class path, the class, its arguments
     * @throws IOException if the program ends or prints something else
     */
    public static MeasuredServer start(boolean pinned, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(pinned ? Processor.SERVERS.command() : List.of());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:ActiveProcessorCount=1", "-XX:+UseSerialGC", "-Xms512m", "-Xmx512m"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            return listening(process);
        } catch (Throwable t) {
            end(process);
            throw t;
        }
    }

    @SuppressWarnings("resource") // the reader's end would end the process
    private static MeasuredServer listening(Process process) throws IOException {
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null || !line.startsWith(LISTENING)) {
            throw new IOException("The server printed '" + line + "' instead of its port; see its errors above");
        }
        String[] words = line.substring(LISTENING.length()).split(" ", 2);
        return new MeasuredServer(
                words[1] + ", process " + process.pid(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(words[0])),
                new ServerProcess(process),
                () -> end(process));
    }

    private static void end(Process process) {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException | InterruptedException e) {
            process.destroyForcibly();
        }
    }

    /** Returns what the process has used; the system counts in hundredths of a second. */
    @Override
    public Spent spent() {
        return new Spent(
                process.info().totalCpuDuration().map(Duration::toNanos).orElseThrow(), -1);
    }

    @Override
    public @Nullable Path status() {
        return null;
    }

    /** Does nothing: the process was started on its processor. */
    @Override
    public void bind() {}
}
