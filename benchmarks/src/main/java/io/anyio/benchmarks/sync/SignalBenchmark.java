package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmarks of notifications that something has happened. */
public abstract class SignalBenchmark extends PeerBenchmark<SignalShapes> {
    private static final int CROWD = 8;

    /** The library. */
    @Param({"anyio", "jdk", "kotlin"})
    public String by = "";

    @Override
    protected final SignalShapes prepare() {
        return switch (by) {
            case "anyio" -> ours();
            case "jdk" -> theJdks();
            case "kotlin" -> kotlins();
            default -> throw unknown(by);
        };
    }

    abstract SignalShapes ours();

    abstract SignalShapes theJdks();

    abstract SignalShapes kotlins();

    /** The signal is given before the wait. */
    @Benchmark
    public void uncontended() {
        shapes().uncontended(batch());
    }

    /** Two workers notify each other. */
    @Benchmark
    public void handOver() {
        shapes().pingPong(batch());
    }

    /** One worker notifies many. */
    @Benchmark
    public void broadcast() {
        shapes().broadcast(CROWD, batch());
    }
}
