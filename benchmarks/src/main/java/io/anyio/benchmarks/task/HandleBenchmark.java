package io.anyio.benchmarks.task;

import io.anyio.TaskHandle;
import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** {@link TaskHandle}, beside futures of bare threads, forks of jox, and Kotlin's {@code async}. */
public class HandleBenchmark extends PeerBenchmark<HandleShapes> {

    /** Who plays. */
    @Param({"anyio", "jdk", "jox", "kotlin"})
    public String by = "";

    @Override
    protected HandleShapes prepare() {
        return switch (by) {
            case "anyio" -> new TaskHandles(taskCrew());
            case "jdk" -> new ThreadHandles(bareCrew(), bareThreads());
            case "jox" -> new JoxHandles(bareCrew());
            case "kotlin" -> new CoroutineHandles(coroutines());
            default -> throw nobody(by);
        };
    }

    /** Start a task, wait for its value. */
    @Benchmark
    public void startAndJoin() {
        shapes().startAndJoin(batch());
    }

    /** Start many, wait for the values of all. */
    @Benchmark
    public void fanOut() {
        shapes().fanOut(96, batch());
    }

    /** Start a task, wait until it says that it is ready. */
    @Benchmark
    public void startUntilReady() {
        shapes().startUntilReady(batch());
    }

    /** Start a task that waits for ever, cancel it, wait for its end. */
    @Benchmark
    public void cancelAndJoin() {
        shapes().cancelAndJoin(batch());
    }
}
