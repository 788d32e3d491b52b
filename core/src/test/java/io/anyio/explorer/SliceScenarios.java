package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.select.Select;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import io.anyio.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tasks that compute between their calls, in virtual time: how late timers fire, I/O is looked at, and a deadline is
 * noticed.
 */
final class SliceScenarios {
    private static final long SLICE = 50_000;
    private static final long MILLISECOND = 1_000_000;

    private SliceScenarios() {}

    /** A call that can complete at once, or only yields. */
    private interface Call {
        void make() throws Exception;
    }

    private static List<Call> yields() {
        return List.of(AnyIO::cancelShieldedCheckpoint, () -> TaskGroup.run(_ -> {}));
    }

    /** Checkpoints that let others run late, or never. */
    private static List<Call> keepTheLoop() {
        Lock lock = Lock.fast();
        Semaphore semaphore = Semaphore.fast(1);
        return List.of(AnyIO::checkpointIfCancelled, () -> lock.run(() -> {}), () -> semaphore.run(() -> {}));
    }

    private static List<Call> checkpoints() {
        Event set = Event.create();
        set.set();
        Deferred<Integer> done = Deferred.create();
        done.complete(1);
        MemoryObjectStream<Integer> stream = MemoryObjectStream.create(1);
        Lock lock = Lock.create();
        return List.of(
                AnyIO::checkpoint,
                () -> AnyIO.sleep(Duration.ZERO),
                set::await,
                done::join,
                () -> {
                    stream.sender().send(1);
                    stream.receiver().receive();
                },
                () -> lock.run(() -> {}),
                () -> Select.first(set.onSet()));
    }

    /** Stretches of steps, each with its own pace. */
    private static final class Busy {
        private final ScenarioContext ctx;
        private final List<Call> calls;
        private final long longest; // nanoseconds of work between two calls

        Busy(ScenarioContext ctx, List<Call> calls) {
            this.ctx = ctx;
            this.calls = calls;
            this.longest = 1L + ctx.pick(50_000_000);
        }

        void run(int stretches, Runnable afterStep) throws Exception {
            for (int stretch = 0; stretch < stretches; stretch++) {
                Call call = calls.get(ctx.pick(calls.size()));
                boolean quick = ctx.flip();
                Duration work = Duration.ofNanos(quick ? 1 + ctx.pick(3_000) : 1 + ctx.pick((int) longest));
                int steps = quick ? ctx.pick(2_000) : 1 + ctx.pick(20);
                for (int step = 0; step < steps; step++) {
                    Simulation.work(work);
                    call.make();
                    afterStep.run();
                }
            }
        }
    }

    /** What is promised, and what a change of pace may cost on top: one slow call, or a millisecond. */
    private static long allowed(long longest) {
        return Math.max(4 * SLICE, 3 * longest) + Math.max(MILLISECOND, longest);
    }

    static void timersFireAndIoIsServedInTime(ScenarioContext ctx) {
        List<Call> calls = new ArrayList<>(checkpoints());
        calls.addAll(yields());
        var busy = new Busy(ctx, calls);
        ctx.longestDrain(Duration.ofNanos(allowed(busy.longest)));
        List<Long> late = new ArrayList<>();
        TaskGroup.run(group -> {
            ctx.go(group, "sleeper", () -> {
                while (true) {
                    long span = 1L + ctx.pick(30_000_000);
                    long due = ctx.nanos() + span;
                    AnyIO.sleep(Duration.ofNanos(span));
                    late.add(ctx.nanos() - due);
                }
            });
            ctx.go(group, "busy", () -> {
                busy.run(6, () -> {});
                group.cancel();
            });
        });
        for (long lateness : late) {
            ctx.expect(
                    lateness <= allowed(busy.longest),
                    "a sleeper woke " + lateness + " ns late beside work of up to " + busy.longest + " ns");
        }
    }

    static void noCallPassesADeadlineThatWasMissedLongAgo(ScenarioContext ctx) throws Exception {
        List<Call> calls = new ArrayList<>(checkpoints());
        calls.addAll(keepTheLoop());
        var busy = new Busy(ctx, calls);
        long span = 1L + ctx.pick(100_000_000);
        long due = ctx.nanos() + span;
        Timeouts.moveOnAfter(
                Duration.ofNanos(span),
                () -> busy.run(
                        20,
                        () -> ctx.expect(
                                ctx.nanos() - due <= 2 * busy.longest + MILLISECOND,
                                "a call passed " + (ctx.nanos() - due) + " ns behind the deadline")));
    }

    static void scopesThatShareADeadlineExpireTogether(ScenarioContext ctx) {
        Deadline shared = Deadline.after(Duration.ofNanos(ctx.pick(200_000)));
        Timeouts.moveOnAt(shared, () -> {
            Simulation.work(Duration.ofNanos(ctx.pick(200_000)));
            Timeouts.moveOnAt(shared, () -> {
                if (ctx.flip()) {
                    Simulation.work(Duration.ofNanos(ctx.pick(200_000)));
                }
                AnyIO.checkpoint();
                AnyIO.sleepForever();
            });
            ctx.expect(false, "the inner scope catches what the outer one, with the same deadline, should");
        });
    }
}
