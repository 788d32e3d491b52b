package io.anyio.benchmarks.engine;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The JDK's timer, on its own thread. */
@State(Scope.Benchmark)
public class JdkTimer {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("timer").factory());

    /** Creates a timer that removes cancelled entries, as required for time-outs. */
    public JdkTimer() {
        executor.setRemoveOnCancelPolicy(true);
    }

    /** Ends the thread. */
    @TearDown
    public void close() {
        executor.shutdownNow();
    }

    void setAndDrop(Runnable action) {
        executor.schedule(action, 1, TimeUnit.HOURS).cancel(false);
    }
}
