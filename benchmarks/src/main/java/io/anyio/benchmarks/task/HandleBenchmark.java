package io.anyio.benchmarks.task;

import io.anyio.AnyIO;
import io.anyio.TaskHandle;
import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.benchmarks.TaskWorkers;
import io.anyio.benchmarks.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of {@link TaskHandle}, futures of bare threads, forks of jox, and Kotlin's {@code async}. */
public class HandleBenchmark extends PeerBenchmark<HandleBenchmark.Workload> {
    private static final int AT_ONCE = 96;

    /** The library. */
    @Param({"anyio", "jdk", "jox", "kotlin"})
    public String by = "";

    @Override
    protected Workload prepare() {
        return switch (by) {
            case "anyio" -> new Tasks(taskWorkers());
            case "jdk" -> new Threads(threadWorkers(), bareThreads());
            case "jox" -> new JoxHandles(threadWorkers());
            case "kotlin" -> new CoroutineHandles(coroutines());
            default -> throw unknown(by);
        };
    }

    @Benchmark
    public void startAndJoin() {
        workload().startAndJoin(batch());
    }

    @Benchmark
    public void fanOut() {
        workload().fanOut(AT_ONCE, batch());
    }

    @Benchmark
    public void startUntilReady() {
        workload().startUntilReady(batch());
    }

    @Benchmark
    public void cancelAndJoin() {
        workload().cancelAndJoin(batch());
    }

    /** The workloads, for every library. */
    interface Workload {

        /** Starts tasks one after the other, and waits for the value of each. */
        void startAndJoin(int operations);

        /** Starts {@code tasks} tasks before it waits for the value of the first. */
        void fanOut(int tasks, int operations);

        /** Starts tasks one after the other, and waits until each reports that it is ready. */
        void startUntilReady(int operations);

        /** Starts tasks that wait for ever, cancels each, and waits for its end. */
        void cancelAndJoin(int operations);
    }

    private record Tasks(TaskWorkers workers) implements Workload {

        @Override
        public void startAndJoin(int operations) {
            workers.inGroup(operations, group -> group.startSoon(() -> "value").join());
        }

        @Override
        public void fanOut(int tasks, int operations) {
            List<TaskHandle<String>> handles = new ArrayList<>(tasks);
            workers.inGroup(operations / tasks, group -> {
                for (int i = 0; i < tasks; i++) {
                    handles.add(group.startSoon(() -> "value"));
                }
                handles.forEach(TaskHandle::join);
                handles.clear();
            });
        }

        @Override
        public void startUntilReady(int operations) {
            workers.inGroup(operations, group -> group.<String>start(status -> status.started("ready")));
        }

        @Override
        public void cancelAndJoin(int operations) {
            workers.inGroup(operations, group -> {
                TaskHandle<?> handle = group.startSoon(() -> AnyIO.sleepForever());
                AnyIO.checkpoint();
                handle.cancel();
                handle.await();
            });
        }
    }

    private record Threads(Workers workers, ThreadFactory factory) implements Workload {

        private FutureTask<String> start() {
            var future = new FutureTask<>(() -> "value");
            factory.newThread(future).start();
            return future;
        }

        @Override
        public void startAndJoin(int operations) {
            workers.repeat(operations, () -> start().get());
        }

        @Override
        public void fanOut(int tasks, int operations) {
            List<FutureTask<String>> futures = new ArrayList<>(tasks);
            workers.repeat(operations / tasks, () -> {
                for (int i = 0; i < tasks; i++) {
                    futures.add(start());
                }
                for (FutureTask<String> future : futures) {
                    future.get();
                }
                futures.clear();
            });
        }

        @Override
        public void startUntilReady(int operations) {
            workers.repeat(operations, () -> {
                var ready = new CompletableFuture<String>();
                factory.newThread(() -> ready.complete("ready")).start();
                ready.join();
            });
        }

        @Override
        public void cancelAndJoin(int operations) {
            workers.repeat(operations, () -> {
                Thread thread = factory.newThread(HandleBenchmark::waitForInterrupt);
                thread.start();
                workers.letOthersRun();
                thread.interrupt();
                thread.join();
            });
        }
    }

    /** Parks the current thread until it is interrupted. */
    static void waitForInterrupt() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
    }
}
