package io.anyio.benchmarks.lateness;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: a timer, a deadline and a message, once each, while a task computes between two calls. The task ends
 * when all three have been served, or when the cap, which limits the time, is reached.
 */
final class Attempt {
    /** How late each was served, and the longest time between two calls, in nanoseconds. */
    record Lateness(long timer, long deadline, long echo, long longestWork) {

        /** Returns how much later this is than {@code other}. */
        Lateness minus(Lateness other) {
            return new Lateness(
                    Math.max(0, timer - other.timer),
                    Math.max(0, deadline - other.deadline),
                    Math.max(0, echo - other.echo),
                    longestWork);
        }
    }

    private static final int PATIENCE_SECONDS = 30;

    private final @Nullable LateCall call; // null: the loop is at rest
    private final WorkLoop loop;
    private final long work;
    private final long dueAfter;
    private final long cap; // nanoseconds after the three are due
    private final CompletableFuture<Boolean> messageDue = new CompletableFuture<>();

    private volatile boolean timerServed; // written by the sleeper
    private volatile boolean echoServed; // written by the client
    private long timerLate; // written by the sleeper
    private boolean echoGivenUp; // this and the following fields: the computing task
    private long began;
    private long allDue;
    private long deadlineLate;
    private long longestWork;

    Attempt(@Nullable LateCall call, WorkLoop loop, long work, long dueAfter, long cap) {
        this.call = call;
        this.loop = loop;
        this.work = work;
        this.dueAfter = dueAfter;
        this.cap = cap;
        this.longestWork = work;
    }

    Lateness measure() throws Exception {
        CompletableFuture<?> tasks = loop.runtime()
                .start(() -> TaskGroup.run(group -> {
                    group.startSoon(this::sleep);
                    group.startSoon(this::compute);
                }));
        messageDue.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        long echoLate = loop.echo();
        echoServed = true;
        tasks.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new Lateness(timerLate, deadlineLate, echoGivenUp ? Math.max(echoLate, cap + 1) : echoLate, longestWork);
    }

    private void sleep() {
        long due = System.nanoTime() + dueAfter;
        AnyIO.sleep(Duration.ofNanos(dueAfter));
        timerLate = System.nanoTime() - due;
        timerServed = true;
    }

    private void compute() throws Exception {
        began = System.nanoTime();
        LateCall kind = call;
        try {
            if (kind == null) {
                Timeouts.moveOnAfter(Duration.ofNanos(dueAfter), () -> AnyIO.sleepForever());
                deadlineLate = System.nanoTime() - began - dueAfter;
                return;
            }
            Block<Exception> made = kind.open(loop);
            began = System.nanoTime();
            allDue = began + dueAfter;
            if (kind.isCheckpoint()) {
                Timeouts.moveOnAfter(Duration.ofNanos(dueAfter), () -> {
                    while (!isOver()) {
                        step(made);
                    }
                });
                deadlineLate = System.nanoTime() - began - dueAfter;
            }
            while (kind.letsOthersRun() && !(timerServed && echoServed) && !isOver()) {
                step(made);
            }
            echoGivenUp = kind.letsOthersRun() && !echoServed;
        } finally {
            loop.disconnect();
            messageDue.complete(true);
        }
    }

    private boolean isOver() {
        return System.nanoTime() - allDue > cap;
    }

    private void step(Block<Exception> made) throws Exception {
        long start = System.nanoTime();
        long end = start;
        while (end - start < work) {
            Thread.onSpinWait();
            end = System.nanoTime();
        }
        longestWork = Math.max(longestWork, end - start);
        if (end - began > dueAfter / 2 && !messageDue.isDone()) {
            allDue = Math.max(allDue, end);
            messageDue.complete(true);
        }
        made.run();
    }
}
