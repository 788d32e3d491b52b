package io.anyio.benchmarks.echo;

import com.sun.management.ThreadMXBean;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures the cost of a server: of its loop's thread and, where tasks run on the JDK's scheduler, of that scheduler's
 * threads. The threads of the garbage collector and the compiler are not included.
 */
final class ServerMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String CARRIERS = "ForkJoinPool-1-worker-"; // the JDK's names of these threads

    private final boolean withCarriers;
    private final long loopThread;
    private final @Nullable Path status; // Linux's status file of the loop's thread
    private @Nullable Spent began; // this and the next: of the current measurement
    private @Nullable SystemCalls calls;

    private record Spent(long cpuNanos, long bytes, long waits) {}

    /** The cost of a message; negative where it is not known. */
    record Cost(double cpuNanos, double perSecond, double bytes, double waits, double calls) {}

    ServerMeter(EventLoop loop, boolean withCarriers) throws Exception {
        this.withCarriers = withCarriers;
        this.loopThread = loop.submit(() -> Thread.currentThread().threadId()).get(10, TimeUnit.SECONDS);
        Path linux = Path.of("/proc/thread-self"); // a link to PID/task/TID
        boolean countable = Files.exists(linux) && !withCarriers; // for the loop alone it would be misleading
        this.status = countable
                ? loop.submit(() -> linux.resolveSibling(Files.readSymbolicLink(linux)))
                        .get(10, TimeUnit.SECONDS)
                        .resolve("status")
                : null;
    }

    /** Returns the system's number of the loop's thread, for tools like strace. */
    String thread() {
        return status == null ? "unknown" : String.valueOf(status.getName(status.getNameCount() - 2));
    }

    /** Begins a measurement, with the system calls if {@code countCalls}. */
    void begin(boolean countCalls) throws IOException {
        calls = countCalls && status != null ? SystemCalls.count(thread()) : null;
        began = now();
    }

    /** Ends the measurement and returns the cost of each of {@code messages}, served in {@code nanos}. */
    Cost end(double messages, long nanos) throws IOException {
        Spent start = began;
        if (start == null || messages <= 0) {
            throw new IllegalStateException("No messages were served");
        }
        Spent end = now();
        return new Cost(
                (end.cpuNanos - start.cpuNanos) / messages,
                messages / nanos * TimeUnit.SECONDS.toNanos(1),
                (end.bytes - start.bytes) / messages,
                status == null ? -1 : (end.waits - start.waits) / messages,
                calls == null ? -1 : calls.stop() / messages);
    }

    private Spent now() throws IOException {
        long cpu = THREADS.getThreadCpuTime(loopThread);
        long bytes = THREADS.getThreadAllocatedBytes(loopThread);
        if (withCarriers) {
            for (ThreadInfo info : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
                if (info != null && info.getThreadName().startsWith(CARRIERS)) {
                    cpu += Math.max(0, THREADS.getThreadCpuTime(info.getThreadId()));
                    bytes += Math.max(0, THREADS.getThreadAllocatedBytes(info.getThreadId()));
                }
            }
        }
        return new Spent(cpu, bytes, status == null ? 0 : waits(status));
    }

    private static long waits(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
