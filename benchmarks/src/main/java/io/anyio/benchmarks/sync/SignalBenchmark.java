package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** What does it cost to be told that something has happened? */
public abstract class SignalBenchmark extends PeerBenchmark<SignalShapes> {
    private static final int CROWD = 8;

    /** Who plays. */
    @Param({"anyio", "jdk", "kotlin"})
    public String by = "";

    @Override
    protected final SignalShapes prepare() {
        return switch (by) {
            case "anyio" -> ours();
            case "jdk" -> theJdks();
            case "kotlin" -> kotlins();
            default -> throw nobody(by);
        };
    }

    abstract SignalShapes ours();

    abstract SignalShapes theJdks();

    abstract SignalShapes kotlins();

    /** It has happened before anybody waits. */
    @Benchmark
    public void uncontended() {
        shapes().uncontended(batch());
    }

    /** Two workers tell each other. */
    @Benchmark
    public void handOver() {
        shapes().pingPong(batch());
    }

    /** One tells many. */
    @Benchmark
    public void broadcast() {
        shapes().broadcast(CROWD, batch());
    }
}
