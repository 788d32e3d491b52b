package io.anyio.benchmarks;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time-outs of bare threads: the JDK's timer, on its own thread, interrupts them. */
public final class JdkTimer {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("timer").factory());

    public JdkTimer() {
        executor.setRemoveOnCancelPolicy(true); // required for time-outs
    }

    /** Sets and drops time-outs of the current thread. */
    public void setAndDrop(int timeOuts) {
        Thread me = Thread.currentThread();
        for (int i = 0; i < timeOuts; i++) {
            executor.schedule(me::interrupt, 1, TimeUnit.HOURS).cancel(false);
        }
    }
}
