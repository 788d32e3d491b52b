package io.anyio.netty.guarantees;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One try: a timer, a deadline and a message come due while tasks compute between two calls; measures how late each is
 * served. The tasks compute until all three have been served or the cap is reached, so a try ends in bounded time.
 */
final class LatenessTrial {

    /**
     * How late each was served, in nanoseconds.
     *
     * @param longestWork the longest time between two calls
     * @param passed the number of calls that passed a deadline which had expired more than that before
     */
    record Lateness(long timer, long deadline, long echo, long longestWork, int passed) {

        /** Returns how much later this is than {@code other}. */
        Lateness minus(Lateness other) {
            return new Lateness(
                    Math.max(0, timer - other.timer),
                    Math.max(0, deadline - other.deadline),
                    Math.max(0, echo - other.echo),
                    longestWork,
                    passed);
        }
    }

    /**
     * The amount of work in a try, in nanoseconds.
     *
     * @param piece the time that a task computes between two calls
     * @param due the time after which timer, deadline and message are due
     * @param cap the time after which the tasks end although one of them has not been served
     */
    record Load(long piece, long due, long cap) {}

    private static final int PATIENCE_SECONDS = 30;

    private final @Nullable QuickCall kind; // null: no task computes
    private final EchoLoop loop;
    private final Load load;
    private final CompletableFuture<Boolean> messageDue = new CompletableFuture<>();

    private volatile boolean timerServed; // written by the sleeper
    private volatile boolean echoServed; // written by the test's thread
    private long timerLate; // written by the sleeper
    private long began; // this and the following fields: the computing tasks, one at a time
    private long allDue;
    private long deadlineLate;
    private boolean isEchoGivenUp;
    private int passed;
    private long longestWork;

    private LatenessTrial(@Nullable QuickCall kind, EchoLoop loop, Load load) {
        this.kind = kind;
        this.loop = loop;
        this.load = load;
        this.longestWork = load.piece;
    }

    /** Makes one try with {@code tasks} computing tasks. */
    static Lateness measure(QuickCall kind, EchoLoop loop, Load load, int tasks) throws Exception {
        return new LatenessTrial(kind, loop, load).measure(tasks);
    }

    /** Makes one try on an otherwise idle loop, where the three are due after {@code due} nanoseconds. */
    static Lateness atRest(EchoLoop loop, long due) throws Exception {
        return new LatenessTrial(null, loop, new Load(0, due, due)).measure(1);
    }

    private Lateness measure(int tasks) throws Exception {
        QuickCall calls = kind;
        CompletableFuture<?> all = loop.runtime()
                .start(() -> TaskGroup.run(group -> {
                    began = System.nanoTime();
                    allDue = began + load.due;
                    group.startSoon(this::sleep);
                    for (int i = 0; i < tasks; i++) {
                        group.startSoon(calls == null ? this::waitForDeadline : () -> compute(calls));
                    }
                }));
        messageDue.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        long sent = System.nanoTime();
        loop.echo();
        long echoLate = System.nanoTime() - sent;
        echoServed = true;
        all.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        echoLate = isEchoGivenUp ? Math.max(echoLate, load.cap + 1) : echoLate;
        return new Lateness(timerLate, deadlineLate, echoLate, longestWork, passed);
    }

    private void sleep() {
        long end = System.nanoTime() + load.due;
        AnyIO.sleep(Duration.ofNanos(load.due));
        timerLate = System.nanoTime() - end;
        timerServed = true;
    }

    private void waitForDeadline() {
        long deadline = System.nanoTime() + load.due;
        Timeouts.moveOnAfter(Duration.ofNanos(load.due), () -> AnyIO.sleepForever());
        deadlineLate = System.nanoTime() - deadline;
        messageDue.complete(true);
    }

    private void compute(QuickCall calls) throws Exception {
        try (var peer = new QuickCall.Peer(loop.peerPort())) {
            Block<Exception> call = calls.open(peer);
            if (calls.isCheckpoint()) {
                long deadline = System.nanoTime() + load.due;
                allDue = Math.max(allDue, deadline);
                Timeouts.moveOnAfter(Duration.ofNanos(load.due), () -> workUntil(deadline, call));
                deadlineLate = Math.max(deadlineLate, System.nanoTime() - deadline);
            }
            while (calls.letsOthersRun() && !(timerServed && echoServed) && !isOver()) {
                step(call);
            }
            isEchoGivenUp |= calls.letsOthersRun() && !echoServed;
        } finally {
            messageDue.complete(true);
        }
    }

    private void workUntil(long deadline, Block<Exception> call) throws Exception {
        while (!isOver()) {
            step(call);
            if (System.nanoTime() - deadline > longestWork + load.piece) {
                passed++;
            }
        }
    }

    private void step(Block<Exception> call) throws Exception {
        long start = System.nanoTime();
        long end = start;
        while (end - start < load.piece) {
            Thread.onSpinWait();
            end = System.nanoTime();
        }
        longestWork = Math.max(longestWork, end - start);
        if (end - began >= load.due && !messageDue.isDone()) {
            allDue = Math.max(allDue, end);
            messageDue.complete(true);
        }
        call.run();
    }

    private boolean isOver() {
        return System.nanoTime() - allDue > load.cap;
    }
}
