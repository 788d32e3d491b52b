package io.anyio.benchmarks.server;

import java.io.IOException;

/** A server, the clients that keep it busy, and the meter of its cost. */
public final class CostContender implements Contender {
    private static final long TURN_MILLIS = 100;
    private static final long REST_MILLIS = 20; // to serve the requests under way when the load pauses

    private final MeasuredServer server;
    private final PipelinedLoad load;
    private final ServerMeter meter;
    private final boolean countCalls;
    private long answeredBefore; // this and the next: of the current measurement
    private long nanos;

    private CostContender(MeasuredServer server, PipelinedLoad load, boolean countCalls) {
        this.server = server;
        this.load = load;
        this.meter = new ServerMeter(server.usage());
        this.countCalls = countCalls;
    }

    /**
     * Puts a paused load on a server, and counts its system calls if {@code countCalls}. The server is closed if that
     * fails.
     */
    public static CostContender of(
            MeasuredServer server, PairedBenchmark.Load settings, boolean pinned, boolean countCalls) throws Exception {
        var load =
                PipelinedLoad.start(server.address(), settings.connections(), settings.exchange(), settings.underWay());
        var contender = new CostContender(server, load, countCalls);
        try {
            if (pinned) {
                load.bind();
            }
            load.pause();
        } catch (Throwable t) {
            load.close();
            throw t;
        }
        System.out.println("# " + server.name() + ", clients on " + PipelinedLoad.KIND.label() + ", process "
                + ProcessHandle.current().pid() + ", thread of the server's loop " + contender.meter.thread());
        return contender;
    }

    @Override
    public void begin() throws IOException {
        answeredBefore = load.answered();
        nanos = 0;
        meter.begin(countCalls);
    }

    /** Serves the clients for a tenth of a second. */
    @Override
    public void takeTurn() throws InterruptedException {
        long start = System.nanoTime();
        load.resume();
        load.awaitMore(1); // fails when the load has failed
        Thread.sleep(TURN_MILLIS);
        load.pause();
        nanos += System.nanoTime() - start;
        Thread.sleep(REST_MILLIS);
    }

    /** Ends the measurement. */
    public ServerMeter.Cost end() throws IOException {
        return meter.end((double) (load.answered() - answeredBefore), nanos);
    }

    @Override
    public void close() {
        try (server) {
            load.close();
        }
    }
}
