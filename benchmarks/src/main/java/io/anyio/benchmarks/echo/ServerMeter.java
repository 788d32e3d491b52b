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
 * What a server has spent: its loop's thread, and, where tasks run on the JDK's scheduler, that scheduler's threads.
 * The garbage collector's and the compiler's threads are not in it.
 */
final class ServerMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path PROC = Path.of("/proc");
    private static final String CARRIERS = "ForkJoinPool-1-worker-"; // what the JDK calls them

    private final EchoLoad load;
    private final boolean withCarriers;
    private final long loopThread;
    private final @Nullable Path status; // what Linux tells about the loop's thread

    private record LoopThread(long id, @Nullable Path status) {}

    /**
     * Where a server stands.
     *
     * @param messages echoed so far
     * @param cpuNanos user and system
     * @param bytes allocated on the heap
     * @param switches how often the loop's thread has given up its CPU by itself, that is, waited; -1: not known
     */
    record Spent(long messages, long cpuNanos, long bytes, long switches) {}

    ServerMeter(EventLoop loop, boolean withCarriers, EchoLoad load) throws Exception {
        LoopThread found = loop.submit(ServerMeter::currentThread).get(10, TimeUnit.SECONDS);
        this.load = load;
        this.withCarriers = withCarriers;
        this.loopThread = found.id();
        this.status = withCarriers ? null : found.status(); // of the loop alone it would mislead
    }

    private static LoopThread currentThread() {
        Path status = null;
        try {
            Path task = Files.readSymbolicLink(PROC.resolve("thread-self")); // PID/task/TID
            status = PROC.resolve(task).resolve("status");
        } catch (IOException notLinux) {
            // then there is no such count
        }
        return new LoopThread(Thread.currentThread().threadId(), status);
    }

    /** Whether the loop's thread has a name, and does all of the server's work. */
    boolean tellsThread() {
        return status != null;
    }

    /** How the system calls the loop's thread, for tools like strace. */
    String thread() {
        Path task = status == null ? null : status.getParent();
        return task == null ? "unknown" : String.valueOf(task.getFileName());
    }

    /** Where it stands now. Any thread. */
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
            // as if it were not there
        }
        return -1;
    }
}
