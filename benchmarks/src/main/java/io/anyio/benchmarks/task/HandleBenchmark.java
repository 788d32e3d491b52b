package io.anyio.benchmarks.task;

import io.anyio.TaskHandle;
import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of {@link TaskHandle}, futures of bare threads, forks of jox, and Kotlin's {@code async}. */
public class HandleBenchmark extends PeerBenchmark<HandleShapes> {

    /** The library. */
    @Param({"anyio", "jdk", "jox", "kotlin"})
    public String by = "";

    @Override
    protected HandleShapes prepare() {
        return switch (by) {
            case "anyio" -> new TaskHandles(taskCrew());
            case "jdk" -> new ThreadHandles(bareCrew(), bareThreads());
            case "jox" -> new JoxHandles(bareCrew());
            case "kotlin" -> new CoroutineHandles(coroutines());
            default -> throw unknown(by);
        };
    }

    /** Starts a task and waits for its value. */
    @Benchmark
    public void startAndJoin() {
        shapes().startAndJoin(batch());
    }

    /** Starts many tasks and waits for all values. */
    @Benchmark
    public void fanOut() {
        shapes().fanOut(96, batch());
    }

    /** Starts a task and waits until it reports that it is ready. */
    @Benchmark
    public void startUntilReady() {
        shapes().startUntilReady(batch());
    }

    /** Starts a task that waits for ever, cancels it, and waits for its end. */
    @Benchmark
    public void cancelAndJoin() {
        shapes().cancelAndJoin(batch());
    }
}
