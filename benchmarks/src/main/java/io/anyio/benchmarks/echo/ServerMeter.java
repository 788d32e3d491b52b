package io.anyio.benchmarks.echo;

import com.sun.management.ThreadMXBean;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures the cost of a server: of its loop's thread and, where tasks run on the JDK's scheduler, of that scheduler's
 * threads. The threads of the garbage collector and the compiler are not included.
 */
final class ServerMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path PROC = Path.of("/proc");
    private static final String CARRIERS = "ForkJoinPool-1-worker-"; // the JDK's names of these threads

    private final EchoLoad load;
    private final boolean withCarriers;
    private final long loopThread;
    private final @Nullable Path status; // Linux's status file of the loop's thread

    private record LoopThread(long id, @Nullable Path status) {}

    /**
     * The cost of a server so far.
     *
     * @param messages echoed messages
     * @param cpuNanos CPU time, user and system, in nanoseconds
     * @param bytes bytes allocated on the heap
     * @param switches how often the loop's thread has waited (voluntary context switches); -1 if not known
     */
    record Spent(long messages, long cpuNanos, long bytes, long switches) {}

    ServerMeter(EventLoop loop, boolean withCarriers, EchoLoad load) throws Exception {
        LoopThread found = loop.submit(ServerMeter::currentThread).get(10, TimeUnit.SECONDS);
        this.load = load;
        this.withCarriers = withCarriers;
        this.loopThread = found.id();
        this.status = withCarriers ? null : found.status(); // for the loop alone it would be misleading
    }

    private static LoopThread currentThread() {
        Path status = null;
        try {
            Path task = Files.readSymbolicLink(PROC.resolve("thread-self")); // PID/task/TID
            status = PROC.resolve(task).resolve("status");
        } catch (IOException notLinux) {
            // the count is not available
        }
        return new LoopThread(Thread.currentThread().threadId(), status);
    }

    /** Returns whether the loop's thread is known to the system by a number, and does all of the server's work. */
    boolean tellsThread() {
        return status != null;
    }

    /** Returns the system's number of the loop's thread, for tools like strace. */
    String thread() {
        Path task = status == null ? null : status.getParent();
        return task == null ? "unknown" : String.valueOf(task.getFileName());
    }

    /** Returns the cost so far. May be called from any thread. */
    Spent now() {
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
        return new Spent(load.echoed(), cpu, bytes, switches());
    }

    private long switches() {
        if (status == null) {
            return -1;
        }
        try {
            List<String> lines = Files.readAllLines(status);
            for (String line : lines) {
                if (line.startsWith("voluntary_ctxt_switches:")) {
                    return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
                }
            }
        } catch (IOException unreadable) {
            // treated as not available
        }
        return -1;
    }
}
