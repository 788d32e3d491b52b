package io.anyio.benchmarks.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server, and clients that measure its latencies at a fixed rate. */
public final class LatencyContender implements Contender {
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long UNMEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(20); // caches and clocks wake up

    private final MeasuredServer server;
    private final ScheduledLoad load;
    private final ExecutorService clients = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("scheduled-load").factory());
    private final Latencies latencies = new Latencies(); // of one turn
    private final List<Latencies.Quantiles> turns = new ArrayList<>();
    private final double perSecond;

    private LatencyContender(MeasuredServer server, ScheduledLoad load, double perSecond) {
        this.server = server;
        this.load = load;
        this.perSecond = perSecond;
    }

    /** Connects clients that will send so many requests in a second. */
    static LatencyContender of(MeasuredServer server, PairedBenchmark.Load settings, boolean pinned, double perSecond)
            throws Exception {
        var contender = new LatencyContender(
                server,
                ScheduledLoad.connect(server.address(), settings.connections(), settings.exchange()),
                perSecond);
        if (pinned) {
            contender.onClients(Processor.CLIENTS::bindThisThread);
        }
        System.out.println(
                "# " + server.name() + ", process " + ProcessHandle.current().pid());
        return contender;
    }

    @Override
    public void begin() {
        turns.clear();
    }

    @Override
    public void takeTurn() throws Exception {
        latencies.clear();
        onClients(() -> load.run(perSecond, TURN_NANOS, UNMEASURED_NANOS, latencies));
        turns.add(latencies.quantiles());
    }

    private void onClients(Work work) throws Exception {
        Callable<Boolean> callable = () -> {
            work.run();
            return true;
        };
        clients.submit(callable).get();
    }

    /** Returns what each turn since {@link #begin} has measured. */
    List<Latencies.Quantiles> turns() {
        return turns;
    }

    @Override
    public void close() {
        try (server;
                clients) {
            load.close();
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }
}
