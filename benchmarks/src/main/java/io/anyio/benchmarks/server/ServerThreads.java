package io.anyio.benchmarks.server;

import com.sun.management.ThreadMXBean;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a server: those whose names begin in certain ways, or one event loop.
 *
 * @param loopThread the number of the loop's thread; 0 if the threads are known by their names only
 * @param names the beginnings of the names
 * @param loop Linux's status file of the loop's thread, if there is one
 */
public record ServerThreads(
        long loopThread, List<String> names, @Nullable Path loop) implements ServerUsage {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path LINUX_THREADS = Path.of("/proc/self/task");
    private static final int LINUX_NAME = 15; // the longest name of a thread
    private static final String CARRIERS = "ForkJoinPool-1-worker-"; // the JDK's names of these threads

    /** Returns the thread of a loop. */
    public static ServerThreads ofLoop(EventLoop loop) throws Exception {
        return new ServerThreads(
                loop.submit(() -> Thread.currentThread().threadId()).get(10, TimeUnit.SECONDS),
                List.of(),
                loop.submit(Processor::threadStatus).get(10, TimeUnit.SECONDS).orElse(null));
    }

    /** Returns the threads whose names begin with {@code name}. */
    public static ServerThreads named(String name) {
        return new ServerThreads(0, List.of(name), null);
    }

    /** Returns these threads and those of the JDK's scheduler; there are no counts of one thread then. */
    public ServerThreads withCarriers() {
        List<String> all = new ArrayList<>(names);
        all.add(CARRIERS);
        return new ServerThreads(loopThread, all, loop);
    }

    @Override
    public @Nullable Path status() {
        return names.isEmpty() ? loop : null;
    }

    @Override
    public void bind() throws IOException, InterruptedException {
        if (loop != null) {
            Processor.SERVERS.bind(loop);
        }
        if (!names.isEmpty() && Files.exists(LINUX_THREADS)) {
            try (Stream<Path> all = Files.list(LINUX_THREADS)) {
                for (Path thread : all.filter(this::isNamed).toList()) {
                    Processor.SERVERS.bind(thread.resolve("status"));
                }
            }
        }
    }

    private boolean isNamed(Path thread) {
        try {
            String name = Files.readString(thread.resolve("comm")).strip();
            return names.stream()
                    .anyMatch(one -> name.startsWith(one.substring(0, Math.min(LINUX_NAME, one.length()))));
        } catch (IOException ended) {
            return false;
        }
    }

    @Override
    public Spent spent() {
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
