package io.anyio.benchmarks.task;

import io.anyio.CancelScope;
import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** {@link CancelScope}, beside Kotlin's {@code coroutineScope}; the JDK has no scope without threads. */
public class ScopeBenchmark extends PeerBenchmark<ScopeShapes> {

    /** Who plays. */
    @Param({"anyio", "kotlin"})
    public String by = "";

    @Override
    protected ScopeShapes prepare() {
        return switch (by) {
            case "anyio" -> new TaskScopes(taskCrew());
            case "kotlin" -> new CoroutineScopes(coroutines());
            default -> throw nobody(by);
        };
    }

    /** A scope that is entered and left. */
    @Benchmark
    public void open() {
        shapes().open(batch());
    }

    /** Three scopes, one in the other, and a look whether any is cancelled. */
    @Benchmark
    public void nested() {
        shapes().nested(batch());
    }

    /** A block that cancellation from outside does not reach. */
    @Benchmark
    public void shielded() {
        shapes().shielded(batch());
    }
}
