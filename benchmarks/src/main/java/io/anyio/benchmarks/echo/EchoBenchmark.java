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
 * What does an echo server cost on NIO, epoll and io_uring, written with tasks and as a handler of Netty's?
 *
 * <p>The score is messages per second; what counts on a busy machine is {@code server.cpu}, the CPU time of the
 * server's loop for a message. Both styles have one loop, the same clients on another one ({@link EchoLoad}), Netty's
 * default allocator, {@code TCP_NODELAY} and the system's socket buffers. A quick look at all cells takes six minutes;
 * the last two commands print a table and draw a picture:
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar EchoBenchmark -rf json -rff echo.json
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Report echo.json
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Picture echo.json > echo.svg
 * }</pre>
 *
 * <p>For ratios on a machine that others use, too, see {@link EchoDuel}. For numbers to rely on, repeat the whole, so
 * that the styles take turns, on a machine that does nothing else; the report takes all the files, and compares the
 * styles within each (an hour):
 *
 * <pre>{@code
 * for round in 1 2 3 4 5; do
 *   java --sun-misc-unsafe-memory-access=allow -jar benchmarks/target/benchmarks.jar EchoBenchmark -wi 5 -w 2 -i 5 -r 1 -rf json -rff echo-$round.json
 * done
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Report echo-?.json
 * }</pre>
 *
 * <p>More styles: {@code -p style=anyio,anyio-arrays,anyio-portable,netty}; see {@link EchoStyle}. System calls for a
 * message are counted with {@code -prof io.anyio.benchmarks.echo.SystemCalls}, where Linux's perf may be used;
 * elsewhere from outside, during one long iteration of a fork, which prints the number of its server's thread:
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
        // threads of a concurrent collector would take the loops' cores
        jvmArgsPrepend = {ForkFlags.ONE_CARRIER, "-XX:+UseSerialGC", "-Xms512m", "-Xmx512m"},
        jvmArgsAppend = {
            ForkFlags.LOOP_CARRIER,
            ForkFlags.NATIVE_ACCESS,
            ForkFlags.UNSAFE,
            ForkFlags.NO_LEAK_DETECTION,
            ForkFlags.A_POLL_FOR_EACH_WAIT
        })
public class EchoBenchmark {
    /** JMH's thread wakes up once for so many messages, a hundred times a second. */
    static final int BATCH = 2_000;

    private static final int WARM_UP_SECONDS = 3;

    /** The transport of the server's loop. */
    @Param({"nio", "epoll", "io_uring"})
    public String transport = "";

    /** How the server is written; see {@link EchoStyle}. */
    @Param({"anyio", "netty"})
    public String style = "";

    /** Bytes in a message. */
    @Param({"64", "1024", "16384"})
    public int size;

    /** How many connections, each with 16 messages under way. */
    @Param({"1", "64"})
    public int connections;

    private @Nullable EchoSide side;
    private int batch;

    /** Starts the server, and the load, which goes on until the end. */
    @Setup(Level.Trial)
    public void open(BenchmarkParams params) throws Exception {
        batch = params.getOpsPerInvocation();
        int warmUp = params.getForks() > 0 ? WARM_UP_SECONDS : 0; // without a fork it is not about numbers
        EchoSide opened = EchoSide.open(transport, style, size, warmUp);
        side = opened;
        opened.start(connections, size);
    }

    /** Notes what the server has spent so far. */
    @Setup(Level.Iteration)
    public void begin() {
        ServerMeter meter = LoopBenchmark.whenOpen(side).meter();
        SystemCalls.began(meter);
        ServerCost.began(meter.now(), null);
    }

    /** Notes what the server has spent by now. */
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
