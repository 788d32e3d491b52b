package io.anyio.benchmarks.thread;

import io.anyio.AnyIO;
import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.benchmarks.TaskWorkers;
import io.anyio.benchmarks.Workers;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.ToThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Benchmark of calls between an event loop and other threads: worker threads, portals and stages of the library,
 * {@link CompletableFuture} with bare threads, and Kotlin's dispatchers. The other thread is a platform thread.
 */
@OperationsPerInvocation(ThreadBenchmark.CALLS)
public class ThreadBenchmark extends PeerBenchmark<ThreadBenchmark.Workload> {

    /** The calls of a batch. Each takes microseconds, because two threads wake each other. */
    static final int CALLS = 5_000;

    /** The waits for complete stages of a batch. Each takes nanoseconds, and starting the batch some microseconds. */
    static final int COMPLETE_STAGES = 1_000_000;

    /** The library. {@code kotlin-friendlier} has no counterpart here: see {@link FriendlierCoroutines}. */
    @Param({"anyio", "jdk", "kotlin", "kotlin-friendlier"})
    public String by = "";

    private final ExecutorService other =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    @Override
    protected Workload prepare() {
        return switch (by) {
            case "anyio" -> new Tasks(taskWorkers(), openPortal(), other);
            case "jdk" -> new Futures(threadWorkers(), other, bareThreads()::newThread);
            case "kotlin" ->
                new CoroutineThreads(coroutines(), other, eventLoops().getFirst());
            case "kotlin-friendlier" -> new FriendlierCoroutines(coroutines());
            default -> throw unknown(by);
        };
    }

    private BlockingPortal openPortal() {
        var opened = new CompletableFuture<BlockingPortal>();
        start(() -> BlockingPortal.run(portal -> {
                    opened.complete(portal);
                    portal.sleepUntilStopped();
                }))
                .exceptionally(failure -> {
                    opened.completeExceptionally(failure);
                    return null;
                });
        return opened.join();
    }

    @TearDown(Level.Trial)
    public void shutDown() {
        other.shutdownNow();
    }

    /** From the loop to another thread and back. */
    @Benchmark
    public void roundTrip() {
        workload().roundTrip(batch());
    }

    /** From another thread to the loop and back. */
    @Benchmark
    public void callFromOutside() {
        workload().callFromOutside(batch());
    }

    /** Waiting for a stage that is complete. Kotlin and the JDK do not look for a cancellation. */
    @Benchmark
    @OperationsPerInvocation(COMPLETE_STAGES)
    public void completedStage() {
        workload().completedStage(batch());
    }

    /** The same, where all look for a cancellation: of the task, of the job, of the thread. */
    @Benchmark
    @OperationsPerInvocation(COMPLETE_STAGES)
    public void checkedStage() {
        workload().checkedStage(batch());
    }

    /** Waiting for a stage that another thread completes. */
    @Benchmark
    public void uncompletedStage() {
        workload().uncompletedStage(batch());
    }

    /** The workloads, for every library. */
    interface Workload {
        void roundTrip(int operations);

        void callFromOutside(int operations);

        void completedStage(int operations);

        void checkedStage(int operations);

        void uncompletedStage(int operations);
    }

    private record Tasks(TaskWorkers workers, BlockingPortal portal, Executor other) implements Workload {
        @Override
        public void roundTrip(int operations) {
            workers.repeat(operations, () -> ToThread.run(() -> "value"));
        }

        @Override
        public void callFromOutside(int operations) {
            for (int i = 0; i < operations; i++) {
                portal.call(() -> "value");
            }
        }

        @Override
        public void completedStage(int operations) {
            CompletableFuture<String> stage = CompletableFuture.completedFuture("value");
            workers.repeat(operations, () -> AnyIO.await(stage));
        }

        @Override
        public void checkedStage(int operations) {
            completedStage(operations);
        }

        @Override
        public void uncompletedStage(int operations) {
            workers.repeat(operations, () -> {
                var stage = new CompletableFuture<String>();
                other.execute(() -> stage.complete("value"));
                AnyIO.await(stage);
            });
        }
    }

    /** Bare threads on the loop; {@code starter} makes one that runs a command. */
    private record Futures(Workers workers, Executor other, Starter starter) implements Workload {
        interface Starter {
            Thread thread(Runnable command);
        }

        @Override
        public void roundTrip(int operations) {
            workers.repeat(
                    operations,
                    () -> CompletableFuture.supplyAsync(() -> "value", other).join());
        }

        @Override
        public void callFromOutside(int operations) {
            Executor loop = command -> starter.thread(command).start();
            for (int i = 0; i < operations; i++) {
                CompletableFuture.supplyAsync(() -> "value", loop).join();
            }
        }

        @Override
        public void completedStage(int operations) {
            CompletableFuture<String> stage = CompletableFuture.completedFuture("value");
            workers.repeat(operations, stage::join);
        }

        @Override
        public void checkedStage(int operations) {
            CompletableFuture<String> stage = CompletableFuture.completedFuture("value");
            workers.repeat(operations, () -> {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                stage.join();
            });
        }

        @Override
        public void uncompletedStage(int operations) {
            workers.repeat(operations, () -> {
                var stage = new CompletableFuture<String>();
                other.execute(() -> stage.complete("value"));
                stage.join();
            });
        }
    }
}
