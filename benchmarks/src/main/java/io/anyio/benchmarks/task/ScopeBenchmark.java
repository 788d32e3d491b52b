package io.anyio.benchmarks.task;

import io.anyio.CancelScope;
import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of {@link CancelScope} and Kotlin's {@code coroutineScope}; the JDK has no scope without threads. */
public class ScopeBenchmark extends PeerBenchmark<ScopeShapes> {

    /** The library. */
    @Param({"anyio", "kotlin"})
    public String by = "";

    @Override
    protected ScopeShapes prepare() {
        return switch (by) {
            case "anyio" -> new TaskScopes(taskCrew());
            case "kotlin" -> new CoroutineScopes(coroutines());
            default -> throw unknown(by);
        };
    }

    /** A scope that is entered and left. */
    @Benchmark
    public void open() {
        shapes().open(batch());
    }

    /** Three nested scopes, with a check whether any is cancelled. */
    @Benchmark
    public void nested() {
        shapes().nested(batch());
    }

    /** A block that a cancellation from outside does not reach. */
    @Benchmark
    public void shielded() {
        shapes().shielded(batch());
    }
}
