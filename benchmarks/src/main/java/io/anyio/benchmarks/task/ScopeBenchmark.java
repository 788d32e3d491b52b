package io.anyio.benchmarks.task;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.benchmarks.Workers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of {@link CancelScope} and Kotlin's {@code coroutineScope}; the JDK has no scope without threads. */
public class ScopeBenchmark extends PeerBenchmark<ScopeBenchmark.Workload> {

    /** The library. */
    @Param({"anyio", "kotlin"})
    public String by = "";

    @Override
    protected Workload prepare() {
        return switch (by) {
            case "anyio" -> new Scopes(taskWorkers());
            case "kotlin" -> new CoroutineScopes(coroutines());
            default -> throw unknown(by);
        };
    }

    @Benchmark
    public void open() {
        workload().open(batch());
    }

    @Benchmark
    public void nested() {
        workload().nested(batch());
    }

    @Benchmark
    public void shielded() {
        workload().shielded(batch());
    }

    /** The workloads, for both libraries. */
    interface Workload {

        /** Opens empty scopes. */
        void open(int operations);

        /** Opens three nested scopes, and in the innermost checks whether any is cancelled. */
        void nested(int operations);

        /** Runs empty blocks that cannot be cancelled from outside. */
        void shielded(int operations);
    }

    private record Scopes(Workers workers) implements Workload {

        @Override
        public void open(int operations) {
            workers.repeat(operations, () -> CancelScope.open(scope -> {}));
        }

        @Override
        public void nested(int operations) {
            workers.repeat(
                    operations,
                    () -> CancelScope.open(
                            _ -> CancelScope.open(_ -> CancelScope.open(_ -> AnyIO.checkpointIfCancelled()))));
        }

        @Override
        public void shielded(int operations) {
            workers.repeat(operations, () -> CancelScope.shielded(() -> {}));
        }
    }
}
