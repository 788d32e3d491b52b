package io.anyio.benchmarks.echo;

import com.sun.management.ThreadMXBean;
import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a server: those whose names begin in certain ways, or one event loop.
 *
 * @param loopThread the number of the loop's thread; 0 if the threads are known by their names only
 * @param names the beginnings of the names
 * @param status Linux's status file of the thread, if there is one thread
 */
record ServerThreads(
        long loopThread, List<String> names, @Nullable Path status) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String CARRIERS = "ForkJoinPool-1-worker-"; // the JDK's names of these threads

    /** The processor time and the allocated bytes of the threads so far. */
    record Spent(long cpuNanos, long bytes) {}

    static ServerThreads ofLoop(EventLoop loop) throws Exception {
        Path linux = Path.of("/proc/thread-self"); // a link to PID/task/TID
        return new ServerThreads(
                loop.submit(() -> Thread.currentThread().threadId()).get(10, TimeUnit.SECONDS),
                List.of(),
                Files.exists(linux)
                        ? loop.submit(() -> linux.resolveSibling(Files.readSymbolicLink(linux)))
                                .get(10, TimeUnit.SECONDS)
                                .resolve("status")
                        : null);
    }

    static ServerThreads named(String name) {
        return new ServerThreads(0, List.of(name), null);
    }

    /** Returns these threads and those of the JDK's scheduler; counts of one thread would be misleading then. */
    ServerThreads withCarriers() {
        List<String> all = new ArrayList<>(names);
        all.add(CARRIERS);
        return new ServerThreads(loopThread, all, null);
    }

    Spent spent() {
        long cpu = 0;
        long bytes = 0;
        for (ThreadInfo info : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (info != null && contains(info)) {
                cpu += Math.max(0, THREADS.getThreadCpuTime(info.getThreadId()));
                bytes += Math.max(0, THREADS.getThreadAllocatedBytes(info.getThreadId()));
            }
        }
        return new Spent(cpu, bytes);
    }

    private boolean contains(ThreadInfo info) {
        return info.getThreadId() == loopThread
                || names.stream().anyMatch(name -> info.getThreadName().startsWith(name));
    }
}
