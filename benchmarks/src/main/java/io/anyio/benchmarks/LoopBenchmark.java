package io.anyio.benchmarks;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.jdk.JdkOptions;
import io.anyio.jdk.JdkRuntime;
import io.anyio.loom.VirtualThreads;
import io.anyio.lowlevel.CurrentBackend;
import io.anyio.spi.Carrier;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
 * The base class of benchmarks on event loops, mostly one. It runs code in tasks and, in the same place, in bare
 * virtual threads.
 *
 * <p>JMH's own thread only starts a batch and waits for it, so a batch must be long enough for that to be negligible:
 * the number of operations per invocation is the size of the batch.
 *
 * <p>A benchmark named {@code x} is compared with the one named {@code xBaseline}; see {@link Report}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 2,
        jvmArgsPrepend = Forks.ONE_CARRIER,
        jvmArgsAppend = {Forks.LOOP_CARRIER, Forks.NATIVE_ACCESS, Forks.UNSAFE, Forks.NO_LEAK_DETECTION})
public abstract class LoopBenchmark {
    /** The value of the parameter {@code loop} for the backend {@code jdk}. */
    static final String JDK = "jdk";

    /** The transport of the event loop, or {@link #JDK} for a loop of the backend {@code jdk}. */
    @Param({"nio", "epoll", "io_uring"})
    public String loop = "";

    /** The carrier of tasks and bare threads: the event loop, or the JDK's default scheduler. */
    @Param({"loop", "portable"})
    public String carrier = "";

    private @Nullable EventLoops eventLoops; // of Netty
    private @Nullable AutoCloseable opened;
    private @Nullable Function<Block<?>, CompletableFuture<@Nullable Void>> starter;
    private List<? extends Executor> executors = List.of(); // the loops
    private int batch;

    /** Opens the loop, and fails unless it is the one that the parameters name. */
    @Setup(Level.Trial)
    public final void open(BenchmarkParams params) {
        batch = params.getOpsPerInvocation();
        Carrier wanted = isLoopCarrier() ? Carrier.LOOP : Carrier.PORTABLE;
        if (loop.equals(JDK)) {
            openJdk(wanted);
        } else {
            openNetty(wanted);
        }
        inTask(() -> System.out.println("# " + AnyIO.currentRun() + ", " + EventLoops.netty() + ", "
                + System.getProperty("jdk.virtualThreadScheduler.parallelism", "default")
                + " carriers of the JDK's scheduler"));
        inBareThread(this::verifyBareThread);
        opened();
    }

    private void openNetty(Carrier wanted) {
        EventLoops made = EventLoops.open(LoopKind.of(loop), loops(), "bench");
        eventLoops = made;
        opened = made;
        executors = made.all();
        starter = made.attach(wanted)::start;
    }

    private void openJdk(Carrier wanted) {
        JdkRuntime made = JdkRuntime.open(JdkOptions.DEFAULTS.withLoops(loops()).withCarrier(wanted));
        opened = made;
        starter = made::start;
        inTask(() -> executors = CurrentBackend.get("benchmark").loops().stream()
                .map(driver -> (Executor) driver::execute)
                .toList());
    }

    private void verifyBareThread() {
        if (VirtualThreads.whyNot().isPresent()) {
            return; // the portable carrier was requested, and the JDK's scheduler is the only one
        }
        Executor scheduler = VirtualThreads.scheduler(Thread.currentThread());
        boolean right = isLoopCarrier()
                ? executors.stream().anyMatch(own -> own == scheduler)
                : scheduler == VirtualThreads.defaultScheduler();
        if (!right) {
            throw new IllegalStateException("Requested carrier=" + carrier + ", but bare threads run on " + scheduler);
        }
    }

    /** Prepares what a benchmark needs in addition; called when the loops are open. */
    protected void opened() {}

    /** Ends the tasks, then the loop. */
    @TearDown(Level.Trial)
    public final void close() throws Exception {
        if (opened != null) {
            opened.close();
        }
    }

    /** Returns the number of event loops. */
    protected int loops() {
        return 1;
    }

    protected final boolean isLoopCarrier() {
        return switch (carrier) {
            case "loop" -> true;
            case "portable" -> false;
            default -> throw new IllegalArgumentException("Parameter carrier must be loop or portable, not " + carrier);
        };
    }

    /** Returns what {@link #open} has created. */
    public static <T> T whenOpen(@Nullable T made) {
        if (made == null) {
            throw new IllegalStateException("not open");
        }
        return made;
    }

    /** Returns the number of operations per call of a benchmark, which the option {@code -opi} changes. */
    protected final int batch() {
        return batch;
    }

    /** Starts {@code body} in a task on a loop. */
    protected final CompletableFuture<@Nullable Void> start(Block<?> body) {
        return whenOpen(starter).apply(body);
    }

    /** Runs {@code body} in a task on a loop and waits for it. */
    protected final void inTask(Block<?> body) {
        start(body).join();
    }

    /** Runs {@code body} in a bare virtual thread and waits for it. */
    protected final void inBareThread(Block<?> body) {
        await(body, command -> bareThreads().newThread(command).start());
    }

    /** Runs {@code body} as Netty runs a handler and waits for it. */
    protected final void inHandler(Block<?> body) {
        await(body, executors.getFirst());
    }

    private static void await(Block<?> body, Executor executor) {
        var done = new CompletableFuture<@Nullable Void>();
        executor.execute(() -> {
            try {
                body.run();
                done.complete(null);
            } catch (Throwable t) { // a benchmark that fails must not look fast
                done.completeExceptionally(t);
            }
        });
        done.join();
    }

    /** Returns a factory of virtual threads that run where the carrier would run tasks. */
    protected final ThreadFactory bareThreads() {
        return bareThreads(0);
    }

    /** Returns a factory of virtual threads that run where the carrier would run tasks of a loop. */
    final ThreadFactory bareThreads(int loopNumber) {
        Executor own = executors.get(loopNumber);
        return isLoopCarrier()
                ? body -> VirtualThreads.newThread(own, "bare", body)
                : Thread.ofVirtual().name("bare").factory();
    }

    /** Returns Netty's event loops, in the order of the numbers with which tasks are started on them. */
    protected final List<EventLoop> eventLoops() {
        if (loop.equals(JDK)) {
            throw new IllegalStateException("This benchmark needs a loop of Netty, not loop=" + JDK);
        }
        return whenOpen(eventLoops).all();
    }

    /** Returns workers that are our tasks. */
    protected final TaskWorkers taskWorkers() {
        return new TaskWorkers(this);
    }

    /** Returns workers that are bare virtual threads. */
    protected final VirtualThreadWorkers threadWorkers() {
        return new VirtualThreadWorkers(this);
    }
}
