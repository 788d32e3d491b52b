package io.anyio.benchmarks;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.RunInfo;
import io.anyio.loom.VirtualThreads;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.spi.Carrier;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.Version;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
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
 * virtual threads. The settings of all forks are here; the JVM flags are in {@link ForkFlags}.
 *
 * <p>JMH's own thread only starts a batch and waits for it, so a batch must be long enough for that to be negligible:
 * the number of operations per invocation is the size of the batch.
 *
 * <p>A benchmark named {@code x} is compared with those whose names begin with {@code xBaseline}; see {@link Report}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 2,
        jvmArgsPrepend = ForkFlags.ONE_CARRIER,
        jvmArgsAppend = {ForkFlags.LOOP_CARRIER, ForkFlags.NATIVE_ACCESS, ForkFlags.UNSAFE, ForkFlags.NO_LEAK_DETECTION
        })
public abstract class LoopBenchmark {
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    /** The transport of the event loop. */
    @Param({"nio", "epoll", "io_uring"})
    public String loop = "";

    /** The carrier of tasks and bare threads: the event loop, or the JDK's default scheduler. */
    @Param({"loop", "portable"})
    public String carrier = "";

    private @Nullable MultiThreadIoEventLoopGroup group;
    private @Nullable NettyRuntime runtime;
    private int batch;

    /** Opens the loop, and fails unless it is the one that the parameters name. */
    @Setup(Level.Trial)
    public final void open(BenchmarkParams params) {
        batch = params.getOpsPerInvocation();
        LoopKind kind = LoopKind.of(loop);
        kind.whyNot().ifPresent(reason -> {
            throw new IllegalStateException("loop=" + loop + " is not available: " + reason);
        });
        group = new MultiThreadIoEventLoopGroup(loops(), new DefaultThreadFactory("bench", true), kind.handlers());
        runtime = NettyRuntime.attach(
                group, NettyOptions.DEFAULTS.withCarrier(isLoopCarrier() ? Carrier.LOOP : Carrier.PORTABLE));
        inTask(() -> verify(AnyIO.currentRun()));
        inBareThread(this::verifyBareThread);
        opened();
    }

    /** Prepares what a benchmark needs in addition; called when the loops are open. */
    protected void opened() {}

    /** Ends the tasks, then the loop. */
    @TearDown(Level.Trial)
    public final void close() {
        if (runtime != null) {
            runtime.close();
        }
        if (group != null) {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
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

    private void verify(RunInfo info) {
        String seen = "# " + info + ", " + netty() + ", carriers of the JDK's scheduler: "
                + System.getProperty("jdk.virtualThreadScheduler.parallelism", "one for each processor");
        if (SAID.add(seen)) {
            System.out.println(seen);
        }
        if (!info.transport().equals(loop) || !info.carrier().label().equals(carrier)) {
            throw new IllegalStateException("Requested loop=" + loop + " carrier=" + carrier + ", but got " + info);
        }
    }

    public static String netty() {
        Version version = Version.identify().get("netty-common");
        return "Netty " + (version == null ? "of unknown version" : version.artifactVersion())
                + (PlatformDependent.hasUnsafe() ? " with Unsafe" : " without Unsafe");
    }

    private void verifyBareThread() {
        if (VirtualThreads.whyNot().isPresent()) {
            return; // the portable carrier was requested, and the JDK's scheduler is the only one
        }
        Executor scheduler = VirtualThreads.scheduler(Thread.currentThread());
        if (isLoopCarrier() ? !isEventLoop(scheduler) : scheduler != VirtualThreads.defaultScheduler()) {
            throw new IllegalStateException("Requested carrier=" + carrier + ", but bare threads run on " + scheduler);
        }
    }

    private boolean isEventLoop(Executor scheduler) {
        return eventLoops().stream().anyMatch(loop -> loop == scheduler);
    }

    // ---- for the benchmarks ----

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

    /** Runs {@code body} in a task on the loop and waits for it. */
    protected final void inTask(Block<?> body) {
        whenOpen(runtime).start(body).join();
    }

    /** Runs {@code body} in a bare virtual thread and waits for it. */
    protected final void inBareThread(Block<?> body) {
        await(body, command -> bareThreads().newThread(command).start());
    }

    /** Runs {@code body} as Netty runs a handler and waits for it. */
    protected final void inHandler(Block<?> body) {
        await(body, eventLoop());
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
        return bareThreads(eventLoop());
    }

    /** Returns a factory of virtual threads that run where the carrier would run tasks of {@code eventLoop}. */
    protected final ThreadFactory bareThreads(EventLoop eventLoop) {
        if (isLoopCarrier()) {
            return body -> VirtualThreads.newThread(eventLoop, "bare", body);
        }
        return Thread.ofVirtual().name("bare").factory();
    }

    protected final EventLoop eventLoop() {
        return eventLoops().getFirst();
    }

    /** Returns the event loops, in the order of the numbers with which tasks are started on them. */
    protected final List<EventLoop> eventLoops() {
        List<EventLoop> loops = new ArrayList<>();
        whenOpen(group).forEach(executor -> loops.add((EventLoop) executor));
        return loops;
    }
}
