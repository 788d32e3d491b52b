package io.anyio.benchmarks.task;

import io.anyio.benchmarks.Crew;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The workloads on cancellation with interrupts of bare virtual threads, by a timer for the time-outs. */
final class ThreadCancels implements CancelShapes {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Crew crew;
    private final ThreadFactory threads;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("timer").factory());

    ThreadCancels(Crew crew, ThreadFactory threads) {
        this.crew = crew;
        this.threads = threads;
        timer.setRemoveOnCancelPolicy(true); // required for time-outs
    }

    @Override
    public void timeout(int operations) {
        crew.run(1, _ -> {
            Thread me = Thread.currentThread();
            for (int i = 0; i < operations; i++) {
                timer.schedule(me::interrupt, 1, TimeUnit.HOURS).cancel(false);
            }
        });
    }

    @Override
    public void cancelledBlock(int operations) {
        crew.run(1, _ -> {
            int interrupted = 0;
            while (interrupted < operations) {
                try {
                    Thread.currentThread().interrupt();
                    Thread.sleep(HOUR);
                } catch (InterruptedException wanted) {
                    interrupted++;
                }
            }
        });
    }

    @Override
    public void cancelChildren(int children, int operations) {
        crew.run(1, _ -> {
            List<Thread> started = new ArrayList<>(children);
            for (int done = 0; done < operations; done += children) {
                for (int i = 0; i < children; i++) {
                    Thread child = threads.newThread(new UntilInterrupted());
                    child.start();
                    started.add(child);
                }
                crew.letOthersRun();
                started.forEach(Thread::interrupt);
                for (Thread child : started) {
                    child.join();
                }
                started.clear();
            }
        });
    }
}
