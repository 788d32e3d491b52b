package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of notifications that something has happened. */
public class EventBenchmark extends PeerBenchmark<SignalWorkload> {
    private static final int CROWD = 8;

    /** The library. */
    @Param({"anyio", "jdk", "kotlin"})
    public String by = "";

    /**
     * What notifies: {@link Event}, a {@link CountDownLatch} of one and a completed Kotlin {@code Job}; or
     * {@link Deferred}, {@link CompletableFuture} and Kotlin's {@code CompletableDeferred}.
     */
    @Param({"event", "deferred"})
    public String kind = "";

    @Override
    protected SignalWorkload prepare() {
        return switch (by + " " + kind) {
            case "anyio event" -> new BlockingSignalWorkload<>(taskWorkers(), Event::create, Event::set, Event::await);
            case "anyio deferred" ->
                new BlockingSignalWorkload<>(
                        taskWorkers(), Deferred::<String>create, one -> one.complete("value"), Deferred::join);
            case "jdk event" ->
                new BlockingSignalWorkload<>(
                        threadWorkers(), () -> new CountDownLatch(1), CountDownLatch::countDown, CountDownLatch::await);
            case "jdk deferred" ->
                new BlockingSignalWorkload<>(
                        threadWorkers(),
                        CompletableFuture<String>::new,
                        one -> one.complete("value"),
                        CompletableFuture::join);
            case "kotlin event" -> CoroutineSignalWorkload.jobs(coroutines());
            case "kotlin deferred" -> CoroutineSignalWorkload.deferreds(coroutines());
            default -> throw unknown(by);
        };
    }

    /** The signal is given before the wait. */
    @Benchmark
    public void uncontended() {
        workload().uncontended(batch());
    }

    /** Two workers notify each other. */
    @Benchmark
    public void handOver() {
        workload().pingPong(batch());
    }

    /** One worker notifies many. */
    @Benchmark
    public void broadcast() {
        workload().broadcast(CROWD, batch());
    }
}
