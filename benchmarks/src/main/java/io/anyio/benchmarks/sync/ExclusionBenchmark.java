package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.PeerBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * What does it cost to be the only one inside? An operation is to go in and to come out. Where workers queue up,
 * everybody is held to the order of arrival, as ours are.
 */
public abstract class ExclusionBenchmark extends PeerBenchmark<ExclusionShapes> {
    private static final int CROWD = 8;

    /** Who plays. */
    @Param({"anyio", "jdk", "kotlin"})
    public String by = "";

    @Override
    protected final ExclusionShapes prepare() {
        return switch (by) {
            case "anyio" -> ours();
            case "jdk" -> theJdks();
            case "kotlin" -> kotlins();
            default -> throw nobody(by);
        };
    }

    abstract ExclusionShapes ours();

    abstract ExclusionShapes theJdks();

    abstract ExclusionShapes kotlins();

    /** One worker that nobody disturbs. */
    @Benchmark
    public void uncontended() {
        shapes().uncontended(batch());
    }

    /** The same, and others could run at each entry: what we do by default, and others on request. */
    @Benchmark
    public void uncontendedWithYield() {
        shapes().uncontendedWithYield(batch());
    }

    /** Many workers that let others run while they are inside. */
    @Benchmark
    public void contended() {
        shapes().contended(CROWD, batch());
    }

    /** Two workers, of which one is inside and the other waits. */
    @Benchmark
    public void handOver() {
        shapes().contended(2, batch());
    }
}
