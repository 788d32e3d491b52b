package io.anyio.benchmarks.server;

import io.anyio.benchmarks.Forks;
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
 * The base class of benchmarks that compare two servers.
 *
 * <p>If other programs share the machine, its caches and its memory, the same server may cost half as much again a few
 * seconds later, and the ratio of two servers that run one after the other is a matter of luck. Here both have clients
 * of their own, and run alternately for a tenth of a second, so both meet the same conditions.
 *
 * <p>Servers in one JVM share the compiler's profile of Netty's code, so absolute figures are a little higher than
 * those of one server.
 *
 * @param <C> a server and its clients
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
public abstract class PairedBenchmark<C extends Contender> {
    private static final int TURNS = 10;

    /** The transport of both servers' loops. */
    @Param({"nio", "epoll", "io_uring"})
    public String loop = "";

    /** Whether servers and clients are bound to a processor each; see {@link Processor}. */
    @Param("true")
    public boolean pinned;

    private @Nullable C ours;
    private @Nullable C theirs;
    private int turns;

    /**
     * What the clients do.
     *
     * @param exchange the request and its answer
     * @param connections the number of connections
     * @param underWay the number of requests under way on each
     */
    public record Load(Exchange exchange, int connections, int underWay) {}

    /** Returns the style of our server. */
    protected abstract String style();

    /** Returns the style of the server that it is compared with. */
    protected abstract String baseline();

    /** Starts a server. */
    protected abstract MeasuredServer server(String style) throws Exception;

    /** Returns for how long a server is warmed up. */
    protected int warmUpSeconds() {
        return 3;
    }

    /** Returns what the clients of a server do. */
    protected abstract Load load(MeasuredServer server) throws Exception;

    /** Called with the other server when both are warm, before their clients are started. */
    protected void prepare(MeasuredServer other, Load load, boolean forNumbers) throws Exception {}

    /** Starts the paused clients of a server that is warm. */
    protected abstract C contender(MeasuredServer server, Load load) throws Exception;

    /** Ends a measurement of both, and sets the results. */
    protected abstract void measured(C server, C other) throws Exception;

    /** Starts both servers, with paused loads. */
    @Setup(Level.Trial)
    public final void open(BenchmarkParams params) throws Exception {
        boolean forNumbers = params.getForks() > 0;
        turns = forNumbers ? TURNS : 1;
        int warmUp = forNumbers ? warmUpSeconds() : 0;
        MeasuredServer first = warmedUp(style(), warmUp);
        MeasuredServer second = warmedUp(baseline(), warmUp);
        prepare(second, load(second), forNumbers);
        // after both warm-ups, which recompile code that our tasks would keep in their frames
        ours = contender(first, load(first));
        theirs = contender(second, load(second));
    }

    private MeasuredServer warmedUp(String style, int seconds) throws Exception {
        MeasuredServer server = server(style);
        try {
            WarmUp.of(server, load(server).exchange(), seconds);
            if (pinned) {
                server.usage().bind(); // now that it has all its threads
            }
            return server;
        } catch (Throwable t) {
            server.close();
            throw t;
        }
    }

    /** Ends both servers. */
    @TearDown(Level.Trial)
    public final void close() {
        try (Contender _ = ours;
                Contender _ = theirs) {
            // nothing else to close
        }
    }

    /** Runs the servers alternately. */
    @Benchmark
    public void turns() throws Exception {
        C server = LoopBenchmark.whenOpen(ours);
        C other = LoopBenchmark.whenOpen(theirs);
        server.begin();
        other.begin();
        for (int turn = 0; turn < turns; turn++) {
            server.takeTurn();
            other.takeTurn();
        }
        measured(server, other);
    }
}
