package io.anyio.benchmarks.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Measures the cost of a server. The threads of the garbage collector and the compiler are not included. */
final class ServerMeter {
    private final ServerThreads threads;
    private ServerThreads.@Nullable Spent began; // this and the next: of the current measurement
    private long waitsBefore;
    private @Nullable SystemCalls calls;

    /** The cost of a message; negative where it is not known. */
    record Cost(double cpuNanos, double perSecond, double bytes, double waits, double calls) {}

    ServerMeter(ServerThreads threads) {
        this.threads = threads;
    }

    /** Returns the system's number of the loop's thread, for tools like strace. */
    String thread() {
        Path status = threads.status();
        return status == null ? "unknown" : String.valueOf(status.getName(status.getNameCount() - 2));
    }

    /** Begins a measurement, with the system calls if {@code countCalls}. */
    void begin(boolean countCalls) throws IOException {
        calls = countCalls && threads.status() != null ? SystemCalls.count(thread()) : null;
        waitsBefore = waits();
        began = threads.spent();
    }

    /** Ends the measurement and returns the cost of each of {@code messages}, served in {@code nanos}. */
    Cost end(double messages, long nanos) throws IOException {
        ServerThreads.Spent start = began;
        if (start == null || messages <= 0) {
            throw new IllegalStateException("No messages were served");
        }
        ServerThreads.Spent end = threads.spent();
        return new Cost(
                (end.cpuNanos() - start.cpuNanos()) / messages,
                messages / nanos * TimeUnit.SECONDS.toNanos(1),
                (end.bytes() - start.bytes()) / messages,
                threads.status() == null ? -1 : (waits() - waitsBefore) / messages,
                calls == null ? -1 : calls.stop() / messages);
    }

    private long waits() throws IOException {
        Path status = threads.status();
        return status == null
                ? 0
                : Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
    }
}
