package io.anyio.benchmarks.server;

import java.io.IOException;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures how many requests a server answers in the CPU time of one request of another server, most often a handler of
 * Netty, and what a request costs both. The result is {@code relative}, which is above 1 where ours is cheaper.
 */
public abstract class CostBenchmark extends PairedBenchmark<CostContender> {

    /** Whether to count system calls, for which Linux's perf must be installed and permitted. */
    @Param("false")
    public boolean calls;

    @Override
    protected final CostContender contender(MeasuredServer server, Load load) throws Exception {
        return CostContender.of(server, load, pinned, calls);
    }

    @Override
    protected final void measured(CostContender server, CostContender other) throws IOException {
        PairedResults.costs(server.end(), other.end());
    }
}
