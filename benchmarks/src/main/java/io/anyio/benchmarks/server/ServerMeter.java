package io.anyio.benchmarks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures the cost of a server. The threads of the garbage collector and the compiler are included only if the server
 * is a process.
 */
public final class ServerMeter {
    private final ServerUsage server;
    private ServerUsage.@Nullable Spent began; // this and the next: of the current measurement
    private long waitsBefore;
    private @Nullable SystemCalls calls;

    /** The cost of a message, which is a request and its answer; negative where it is not known. */
    public record Cost(double cpuNanos, double perSecond, double bytes, double waits, double calls) {}

    ServerMeter(ServerUsage server) {
        this.server = server;
    }

    /** Returns the system's number of the loop's thread, for tools like strace. */
    String thread() {
        Path status = server.status();
        return status == null ? "unknown" : Processor.thread(status);
    }

    /** Begins a measurement, with the system calls if {@code countCalls}. */
    void begin(boolean countCalls) throws IOException {
        calls = countCalls && server.status() != null ? SystemCalls.count(thread()) : null;
        waitsBefore = waits();
        began = server.spent();
    }

    /** Ends the measurement and returns the cost of each of {@code messages}, served in {@code nanos}. */
    Cost end(double messages, long nanos) throws IOException {
        ServerUsage.Spent start = began;
        if (start == null || messages <= 0) {
            throw new IllegalStateException("No messages were served");
        }
        ServerUsage.Spent end = server.spent();
        return new Cost(
                (end.cpuNanos() - start.cpuNanos()) / messages,
                messages / nanos * TimeUnit.SECONDS.toNanos(1),
                end.bytes() < 0 ? -1 : (end.bytes() - start.bytes()) / messages,
                server.status() == null ? -1 : (waits() - waitsBefore) / messages,
                calls == null ? -1 : calls.stop() / messages);
    }

    private long waits() throws IOException {
        Path status = server.status();
        return status == null
                ? 0
                : Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
    }
}
