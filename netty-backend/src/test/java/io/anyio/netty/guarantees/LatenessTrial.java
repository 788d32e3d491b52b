package io.anyio.netty.guarantees;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One try: a timer, a deadline and a message come due while tasks compute between two calls; measures how late each is
 * served. The tasks compute until all three have been served or the cap is reached, so a try ends in bounded time.
 */
final class LatenessTrial {
    private static final long WORK = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long DUE = 2 * WORK;
    private static final int CAP = 8; // pieces of work after all are due; at most six are allowed

    /** The delay that a shared machine may add. */
    private static final long SLACK = 2 * WORK;

    private static final int PATIENCE_SECONDS = 10;

    private final QuickCall kind;
    private final EchoLoop loop;
    private final long began = System.nanoTime();
    private final CompletableFuture<Boolean> due = new CompletableFuture<>();

    private volatile boolean timerServed; // written by the sleeper
    private volatile boolean echoServed; // written by the test's thread
    private long timerLate; // written by the sleeper
    private long echoLate; // written by the test's thread
    private long deadlineLate; // this and the following fields: the computing tasks, one at a time
    private int passed;
    private long longestWork = WORK;

    private LatenessTrial(QuickCall kind, EchoLoop loop) {
        this.kind = kind;
        this.loop = loop;
    }

    /** Makes one try with {@code tasks} computing tasks; returns descriptions of everything that came too late. */
    static List<String> complaints(QuickCall kind, EchoLoop loop, int tasks) throws Exception {
        var attempt = new LatenessTrial(kind, loop);
        CompletableFuture<?> all = loop.runtime()
                .start(() -> TaskGroup.run(group -> {
                    group.startSoon(attempt::sleep);
                    for (int i = 0; i < tasks; i++) {
                        group.startSoon(attempt::compute);
                    }
                }));
        attempt.due.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        attempt.echo();
        all.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return attempt.complaints();
    }

    private void sleep() {
        long end = System.nanoTime() + DUE;
        AnyIO.sleep(Duration.ofNanos(DUE));
        timerLate = System.nanoTime() - end;
        timerServed = true;
    }

    private void echo() throws Exception {
        long sent = System.nanoTime();
        loop.echo();
        echoLate = System.nanoTime() - sent;
        echoServed = true;
    }

    private void compute() throws Exception {
        try (var peer = new QuickCall.Peer(loop.peerPort())) {
            Block<Exception> call = kind.open(peer);
            if (kind.isCheckpoint()) {
                long deadline = System.nanoTime() + DUE;
                Timeouts.moveOnAfter(Duration.ofNanos(DUE), () -> workUntil(deadline, call));
                deadlineLate = Math.max(deadlineLate, System.nanoTime() - deadline);
            }
            while (kind.letsOthersRun() && !(timerServed && echoServed) && !isOver()) {
                step(call);
            }
        } finally {
            due.complete(true);
        }
    }

    private void workUntil(long deadline, Block<Exception> call) throws Exception {
        while (!isOver()) {
            step(call);
            if (System.nanoTime() - deadline > longestWork + WORK) {
                passed++;
            }
        }
    }

    private void step(Block<Exception> call) throws Exception {
        long start = System.nanoTime();
        while (System.nanoTime() - start < WORK) {
            Thread.onSpinWait();
        }
        long end = System.nanoTime();
        longestWork = Math.max(longestWork, end - start);
        if (end - began >= DUE) {
            due.complete(true);
        }
        call.run();
    }

    private boolean isOver() {
        return System.nanoTime() - began > DUE + CAP * longestWork;
    }

    private List<String> complaints() {
        List<String> late = new ArrayList<>();
        if (kind.letsOthersRun()) {
            addIfLate(late, "timer", timerLate);
            addIfLate(late, "echo", echoLate);
        }
        if (kind.isCheckpoint()) {
            addIfLate(late, "deadline", deadlineLate);
            if (passed > 1) {
                late.add(passed + " calls passed an expired deadline");
            }
        }
        return late;
    }

    private void addIfLate(List<String> late, String what, long by) {
        long allowed = 4 * longestWork + SLACK; // the promise is 3
        if (by > allowed) {
            late.add(String.format(Locale.ROOT, "%s %.0f ms late (%.0f allowed)", what, by / 1e6, allowed / 1e6));
        }
    }
}
