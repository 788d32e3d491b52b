package io.anyio.benchmarks.task;

import io.anyio.benchmarks.Crew;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/** The workloads on handles with bare virtual threads and the JDK's futures. */
final class ThreadHandles implements HandleShapes {
    private final Crew crew;
    private final ThreadFactory threads;

    ThreadHandles(Crew crew, ThreadFactory threads) {
        this.crew = crew;
        this.threads = threads;
    }

    private FutureTask<String> start() {
        var future = new FutureTask<>(() -> "value");
        threads.newThread(future).start();
        return future;
    }

    @Override
    public void startAndJoin(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                start().get();
            }
        });
    }

    @Override
    public void fanOut(int tasks, int operations) {
        crew.run(1, _ -> {
            List<FutureTask<String>> futures = new ArrayList<>(tasks);
            for (int done = 0; done < operations; done += tasks) {
                for (int i = 0; i < tasks; i++) {
                    futures.add(start());
                }
                for (FutureTask<String> future : futures) {
                    future.get();
                }
                futures.clear();
            }
        });
    }

    @Override
    public void startUntilReady(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                var ready = new CompletableFuture<String>();
                threads.newThread(() -> ready.complete("ready")).start();
                ready.join();
            }
        });
    }

    @Override
    public void cancelAndJoin(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                Thread thread = threads.newThread(new UntilInterrupted());
                thread.start();
                crew.letOthersRun();
                thread.interrupt();
                thread.join();
            }
        });
    }
}
