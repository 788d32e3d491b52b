package io.anyio.benchmarks.task;

import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of our cancellation, of interrupts of bare threads, and of Kotlin's cancellation. */
public class CancelBenchmark extends PeerBenchmark<CancelShapes> {
    private static final int CHILDREN = 1_008;

    /** The library. */
    @Param({"anyio", "jdk", "kotlin"})
    public String by = "";

    @Override
    protected CancelShapes prepare() {
        return switch (by) {
            case "anyio" -> new TaskCancels(taskCrew());
            case "jdk" -> new ThreadCancels(bareCrew(), bareThreads());
            case "kotlin" -> new CoroutineCancels(coroutines());
            default -> throw unknown(by);
        };
    }

    /** A time-out that does not expire. */
    @Benchmark
    public void timeout() {
        shapes().timeout(batch());
    }

    /** A block that cancels itself. */
    @Benchmark
    public void cancelledBlock() {
        shapes().cancelledBlock(batch());
    }

    /** A thousand waiting children that are cancelled together. */
    @Benchmark
    public void cancelChildren() {
        shapes().cancelChildren(CHILDREN, batch());
    }
}
