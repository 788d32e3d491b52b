package io.anyio.benchmarks.server;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the latencies of a server and of another one, most often a handler of Netty, at the same fixed rate of
 * requests. The results are {@code ratio.p50} and {@code ratio.p99}, which are below 1 where ours is faster.
 *
 * <p>The JVM's compiler shares a processor with the servers. It is busy for half a minute after the first turns, and
 * the pauses that it causes would determine {@code ratio.p99}.
 */
@Warmup(iterations = 8)
public abstract class LatencyBenchmark extends PairedBenchmark<LatencyContender> {

    /** The number of requests in a second; 0 for half of what the other server can answer. */
    @Param("0")
    public int rate;

    private double perSecond; // since prepare()

    @Override
    protected final void prepare(MeasuredServer other, Load load, boolean forNumbers) throws Exception {
        perSecond = rate > 0 ? rate : maximum(other, load, forNumbers ? 1_000 : 50) / 2;
        System.out.printf("# %.0f requests in a second%n", perSecond);
    }

    private double maximum(MeasuredServer server, Load load, long millis) throws Exception {
        try (PipelinedLoad busy =
                PipelinedLoad.start(server.address(), load.connections(), load.exchange(), load.underWay())) {
            if (pinned) {
                busy.bind();
            }
            busy.awaitMore(1);
            long start = System.nanoTime();
            long before = busy.answered();
            Thread.sleep(millis);
            busy.awaitMore(1); // fails when the load has failed
            return (double) (busy.answered() - before) * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
        }
    }

    @Override
    protected final LatencyContender contender(MeasuredServer server, Load load) throws Exception {
        return LatencyContender.of(server, load, pinned, perSecond);
    }

    @Override
    protected final void measured(LatencyContender server, LatencyContender other) {
        PairedResults.latencies(server.turns(), other.turns(), perSecond);
    }
}
