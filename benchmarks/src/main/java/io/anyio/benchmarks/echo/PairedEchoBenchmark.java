package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.Forks;
import io.anyio.benchmarks.LoopBenchmark;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Measures how many messages an echo server of tasks serves in the CPU time of one message of another server, most
 * often a handler of Netty, and what a message costs both.
 *
 * <p>If other programs share the machine, its caches and its memory, the same server may cost half as much again a few
 * seconds later, and the ratio of two servers that run one after the other is a matter of luck. Here both are in one
 * JVM, each with a loop and clients of its own, and run alternately for a tenth of a second, so both meet the same
 * conditions. The result is {@code relative}, which is above 1 where tasks are cheaper.
 *
 * <p>Both have Netty's default allocator, {@code TCP_NODELAY} and the system's socket buffers. Two servers in one JVM
 * share the compiler's profile of Netty's code, so absolute figures are a little higher than those of one server.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@Fork(
        value = 3, // the placement of a fork's memory affects the caches
        jvmArgsPrepend = {Forks.ONE_CARRIER, Forks.SERIAL_COLLECTOR, "-Xms512m", "-Xmx512m"},
        jvmArgsAppend = {
            Forks.LOOP_CARRIER,
            Forks.NATIVE_ACCESS,
            Forks.UNSAFE,
            Forks.NO_LEAK_DETECTION,
            Forks.A_POLL_FOR_EACH_WAIT
        })
public class PairedEchoBenchmark {
    private static final int WARM_UP_SECONDS = 3;
    private static final int TURNS = 10;

    /** The transport of both servers' loops. */
    @Param({"nio", "epoll", "io_uring"})
    public String loop = "";

    /** The style of our server; see {@link EchoServer}. */
    @Param("anyio")
    public String style = "";

    /** The style of the server that it is compared with. */
    @Param("netty")
    public String baseline = "";

    /** The size of a message, in bytes. */
    @Param({"64", "1024", "16384"})
    public int size;

    /** The number of connections of each server, each with 16 messages under way. */
    @Param({"1", "64"})
    public int connections;

    /** Whether to count system calls, for which Linux's perf must be installed and permitted. */
    @Param("false")
    public boolean calls;

    private @Nullable EchoContender tasks;
    private @Nullable EchoContender handlers;
    private int turns;

    /** Starts both servers, with paused loads. */
    @Setup(Level.Trial)
    public void open(BenchmarkParams params) throws Exception {
        boolean forNumbers = params.getForks() > 0;
        turns = forNumbers ? TURNS : 1;
        int warmUp = forNumbers ? WARM_UP_SECONDS : 0;
        EchoServer ours = EchoContender.warmedUp(loop, style, size, warmUp);
        EchoServer theirs = EchoContender.warmedUp(loop, baseline, size, warmUp);
        // after both warm-ups, which recompile code that our tasks would keep in their frames
        tasks = new EchoContender(ours, style, connections, size);
        handlers = new EchoContender(theirs, baseline, connections, size);
    }

    /** Ends both servers. */
    @TearDown(Level.Trial)
    public void close() {
        try (EchoContender _ = tasks;
                EchoContender _ = handlers) {
            // nothing else to close
        }
    }

    /** Runs the servers alternately. */
    @Benchmark
    public void turns() throws IOException, InterruptedException {
        EchoContender ours = LoopBenchmark.whenOpen(tasks);
        EchoContender theirs = LoopBenchmark.whenOpen(handlers);
        ours.begin(calls);
        theirs.begin(calls);
        for (int turn = 0; turn < turns; turn++) {
            ours.takeTurn();
            theirs.takeTurn();
        }
        ServerCost.measured(ours.end(), theirs.end());
    }
}
