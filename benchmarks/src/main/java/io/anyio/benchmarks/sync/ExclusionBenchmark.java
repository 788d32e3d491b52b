package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Benchmarks of mutual exclusion. An operation is one entry and exit. Where workers queue, all libraries keep the order
 * of arrival, as ours do.
 */
public abstract class ExclusionBenchmark extends PeerBenchmark<ExclusionShapes> {
    private static final int CROWD = 8;

    /** The library. */
    @Param({"anyio", "jdk", "kotlin"})
    public String by = "";

    @Override
    protected final ExclusionShapes prepare() {
        return switch (by) {
            case "anyio" -> ours();
            case "jdk" -> theJdks();
            case "kotlin" -> kotlins();
            default -> throw unknown(by);
        };
    }

    abstract ExclusionShapes ours();

    abstract ExclusionShapes theJdks();

    abstract ExclusionShapes kotlins();

    /** One worker without contention. */
    @Benchmark
    public void uncontended() {
        shapes().uncontended(batch());
    }

    /** The same with a yield to others at each entry: our default, and optional elsewhere. */
    @Benchmark
    public void uncontendedWithYield() {
        shapes().uncontendedWithYield(batch());
    }

    /** Many workers that let others run while they are inside. */
    @Benchmark
    public void contended() {
        shapes().contended(CROWD, batch());
    }

    /** Two workers: one is inside while the other waits. */
    @Benchmark
    public void handOver() {
        shapes().contended(2, batch());
    }
}
