package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.ForkFlags;
import io.anyio.benchmarks.LoopBenchmark;
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
 * Measures how many messages an echo server of tasks serves in the CPU time of one message of a handler.
 *
 * <p>{@link EchoBenchmark} measures the two one after the other. If other programs share the machine, its caches and
 * its memory, the same server may cost half as much again a few seconds later, and the ratio is a matter of luck. Here
 * both are in one JVM, each with a loop and clients of its own, and run alternately for a tenth of a second, so both
 * meet the same conditions. The result is {@code relative}, which is above 1 where tasks are cheaper:
 *
 * <pre>{@code
 * java --sun-misc-unsafe-memory-access=allow -jar benchmarks/target/benchmarks.jar EchoDuel
 * }</pre>
 *
 * <p>A full run takes eighteen minutes. Two servers in one JVM share the compiler's profile of Netty's code, so
 * absolute figures are a little higher than in {@link EchoBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@Fork(
        value = 3, // the placement of a fork's memory affects the caches
        jvmArgsPrepend = {ForkFlags.ONE_CARRIER, "-XX:+UseSerialGC", "-Xms512m", "-Xmx512m"},
        jvmArgsAppend = {
            ForkFlags.LOOP_CARRIER,
            ForkFlags.NATIVE_ACCESS,
            ForkFlags.UNSAFE,
            ForkFlags.NO_LEAK_DETECTION,
            ForkFlags.A_POLL_FOR_EACH_WAIT
        })
public class EchoDuel {
    private static final int WARM_UP_SECONDS = 3;
    private static final int ROUNDS = 10;
    private static final long ROUND_MILLIS = 100;
    private static final long REST_MILLIS = 20; // to serve the messages under way when a load pauses

    /** The transport of both servers' loops. */
    @Param({"nio", "epoll", "io_uring"})
    public String transport = "";

    /** The style of our server; see {@link EchoStyle}. */
    @Param("anyio")
    public String style = "";

    /** The size of a message, in bytes. */
    @Param({"64", "1024", "16384"})
    public int size;

    /** The number of connections of each server, each with 16 messages under way. */
    @Param({"1", "64"})
    public int connections;

    private @Nullable EchoSide ours;
    private @Nullable EchoSide handlers;
    private int rounds;

    /** Starts both servers and pauses their loads. */
    @Setup(Level.Trial)
    public void open(BenchmarkParams params) throws Exception {
        boolean forNumbers = params.getForks() > 0;
        rounds = forNumbers ? ROUNDS : 1;
        int warmUp = forNumbers ? WARM_UP_SECONDS : 0;
        EchoSide tasks = EchoSide.open(transport, style, size, warmUp);
        ours = tasks;
        EchoSide handler = EchoSide.open(transport, "netty", size, warmUp);
        handlers = handler;
        start(tasks); // after both warm-ups, which recompile code that our tasks would keep in their frames
        start(handler);
    }

    private void start(EchoSide side) throws Exception {
        side.start(connections, size);
        side.load().pause();
    }

    /** Records what the servers have spent so far. */
    @Setup(Level.Iteration)
    public void begin() {
        ServerCost.began(
                LoopBenchmark.whenOpen(ours).meter().now(),
                LoopBenchmark.whenOpen(handlers).meter().now());
    }

    /** Records what they have spent by now. */
    @TearDown(Level.Iteration)
    public void end() {
        ServerCost.ended(
                LoopBenchmark.whenOpen(ours).meter().now(),
                LoopBenchmark.whenOpen(handlers).meter().now());
    }

    /** Ends both servers. */
    @TearDown(Level.Trial)
    public void close() {
        try (EchoSide _ = ours;
                EchoSide _ = handlers) {
            // nothing else to close
        }
    }

    /** Runs the servers alternately. */
    @Benchmark
    public void turns() throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            turn(LoopBenchmark.whenOpen(ours).load());
            turn(LoopBenchmark.whenOpen(handlers).load());
        }
    }

    private static void turn(EchoLoad load) throws InterruptedException {
        load.resume();
        load.awaitMore(1); // fails when the load has failed
        Thread.sleep(ROUND_MILLIS);
        load.pause();
        Thread.sleep(REST_MILLIS);
    }
}
