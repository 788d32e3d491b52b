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
 * How many messages does an echo server of tasks serve for the processor time of one message of a handler's?
 *
 * <p>{@link EchoBenchmark} measures the two one after the other. Where other programs share the machine, its caches and
 * its memory, the same server costs half as much again a few seconds later, and the ratio is luck. Here both are in one
 * JVM, each with a loop and clients of its own, and have the machine in turn for a tenth of a second; so they share its
 * weather. What counts is {@code relative}, which is above 1 where tasks are cheaper:
 *
 * <pre>{@code
 * java --sun-misc-unsafe-memory-access=allow -jar benchmarks/target/benchmarks.jar EchoDuel
 * }</pre>
 *
 * <p>The whole takes eighteen minutes. Two servers in one JVM share what the compiler learns of Netty's code, so
 * absolute figures are a little higher than in {@link EchoBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@Fork(
        value = 3, // where a fork's memory lies decides how well the caches take it
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
    private static final long REST_MILLIS = 20; // to serve what is under way when a load pauses

    /** The transport of both servers' loops. */
    @Param({"nio", "epoll", "io_uring"})
    public String transport = "";

    /** How ours is written; see {@link EchoStyle}. */
    @Param("anyio")
    public String style = "";

    /** Bytes in a message. */
    @Param({"64", "1024", "16384"})
    public int size;

    /** How many connections each server has, each with 16 messages under way. */
    @Param({"1", "64"})
    public int connections;

    private @Nullable EchoSide ours;
    private @Nullable EchoSide handlers;
    private int rounds;

    /** Starts both servers, and puts their loads on hold. */
    @Setup(Level.Trial)
    public void open(BenchmarkParams params) throws Exception {
        boolean forNumbers = params.getForks() > 0;
        rounds = forNumbers ? ROUNDS : 1;
        int warmUp = forNumbers ? WARM_UP_SECONDS : 0;
        EchoSide tasks = EchoSide.open(transport, style, size, warmUp);
        ours = tasks;
        EchoSide handler = EchoSide.open(transport, "netty", size, warmUp);
        handlers = handler;
        start(tasks); // what the other one's warm-up has had compiled anew must not stay in the frames of our tasks
        start(handler);
    }

    private void start(EchoSide side) throws Exception {
        side.start(connections, size);
        side.load().pause();
    }

    /** Notes what the servers have spent so far. */
    @Setup(Level.Iteration)
    public void begin() {
        ServerCost.began(
                LoopBenchmark.whenOpen(ours).meter().now(),
                LoopBenchmark.whenOpen(handlers).meter().now());
    }

    /** Notes what they have spent by now. */
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
            // that is all
        }
    }

    /** Gives each server its turns. */
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
