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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Measures the cost of an echo server on NIO, epoll and io_uring, written with tasks and as a Netty handler.
 *
 * <p>The score is messages per second. On a busy machine, {@code server.cpu} is the figure to use: the CPU time of the
 * server's loop per message. Both styles have one loop, the same clients on another one ({@link EchoLoad}), Netty's
 * default allocator, {@code TCP_NODELAY} and the system's socket buffers. A quick run of all cells takes six minutes;
 * the last two commands print a table and draw a picture:
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar EchoBenchmark -rf json -rff echo.json
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Report echo.json
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Picture echo.json > echo.svg
 * }</pre>
 *
 * <p>For ratios on a shared machine, see {@link EchoDuel}. For reliable numbers, repeat the whole on an otherwise idle
 * machine, so that the styles take turns. The report takes all the files and compares the styles within each (an hour):
 *
 * <pre>{@code
 * for round in 1 2 3 4 5; do
 *   java --sun-misc-unsafe-memory-access=allow -jar benchmarks/target/benchmarks.jar EchoBenchmark -wi 5 -w 2 -i 5 -r 1 -rf json -rff echo-$round.json
 * done
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Report echo-?.json
 * }</pre>
 *
 * <p>More styles: {@code -p style=anyio,anyio-arrays,anyio-portable,netty}; see {@link EchoStyle}. System calls per
 * message are counted with {@code -prof io.anyio.benchmarks.echo.SystemCalls}, if Linux's perf may be used. Elsewhere,
 * count them from outside during one long iteration of a fork, which prints the number of its server's thread:
 * {@code strace -c -p NUMBER}, divided by the messages of that time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@OperationsPerInvocation(EchoBenchmark.BATCH)
@Fork(
        value = 1,
        // threads of a concurrent collector would compete with the loops for cores
        jvmArgsPrepend = {ForkFlags.ONE_CARRIER, "-XX:+UseSerialGC", "-Xms512m", "-Xmx512m"},
        jvmArgsAppend = {
            ForkFlags.LOOP_CARRIER,
            ForkFlags.NATIVE_ACCESS,
            ForkFlags.UNSAFE,
            ForkFlags.NO_LEAK_DETECTION,
            ForkFlags.A_POLL_FOR_EACH_WAIT
        })
public class EchoBenchmark {
    /** The number of messages per wake-up of JMH's thread, which wakes up a hundred times a second. */
    static final int BATCH = 2_000;

    private static final int WARM_UP_SECONDS = 3;

    /** The transport of the server's loop. */
    @Param({"nio", "epoll", "io_uring"})
    public String transport = "";

    /** The style of the server; see {@link EchoStyle}. */
    @Param({"anyio", "netty"})
    public String style = "";

    /** The size of a message, in bytes. */
    @Param({"64", "1024", "16384"})
    public int size;

    /** The number of connections, each with 16 messages under way. */
    @Param({"1", "64"})
    public int connections;

    private @Nullable EchoSide side;
    private int batch;

    /** Starts the server and the load, which continues until the end. */
    @Setup(Level.Trial)
    public void open(BenchmarkParams params) throws Exception {
        batch = params.getOpsPerInvocation();
        int warmUp = params.getForks() > 0 ? WARM_UP_SECONDS : 0; // without a fork, the run is not a measurement
        EchoSide opened = EchoSide.open(transport, style, size, warmUp);
        side = opened;
        opened.start(connections, size);
    }

    /** Records what the server has spent so far. */
    @Setup(Level.Iteration)
    public void begin() {
        ServerMeter meter = LoopBenchmark.whenOpen(side).meter();
        SystemCalls.began(meter);
        ServerCost.began(meter.now(), null);
    }

    /** Records what the server has spent by now. */
    @TearDown(Level.Iteration)
    public void end() {
        ServerMeter meter = LoopBenchmark.whenOpen(side).meter();
        ServerCost.ended(meter.now(), null);
        SystemCalls.ended(meter);
    }

    /** Ends the load, then the server. */
    @TearDown(Level.Trial)
    public void close() {
        if (side != null) {
            side.close();
        }
    }

    /** Waits for a batch of messages to come back; the load does not pause between two of them. */
    @Benchmark
    public void echo() {
        LoopBenchmark.whenOpen(side).load().awaitMore(batch);
    }
}
