package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.sync.CapacityLimiter;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;

/**
 * Calls on the threads of a worker pool, which are used again and end at any time: the time for which an idle worker
 * stays may be over at each of its waits.
 */
final class WorkerPrograms {
    private static final ToThreadOptions INTERRUPT = ToThreadOptions.DEFAULTS.withInterruptOnCancel(true);
    private static final ToThreadOptions ABANDON = ToThreadOptions.DEFAULTS.withAbandonOnCancel(true);

    private WorkerPrograms() {}

    static void eachCallIsRunOnceByAWorkerThatLives(ProgramContext ctx) {
        int[] runs = new int[2];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                int number = i;
                group.startSoon(ctx.on(number, "caller " + number), () -> {
                    for (int call = 0; call < 2; call++) {
                        int sum = ToThread.<Integer, RuntimeException>run(() -> ++runs[number]);
                        check(sum == call + 1, "a call is run once");
                    }
                });
            }
        }));
        check(runs[0] == 2 && runs[1] == 2, "every call is run");
    }

    static void anInterruptReachesItsCallOnly(ProgramContext ctx) {
        boolean[] ended = new boolean[1];
        boolean[] stray = new boolean[1];
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "next"), () -> {
                ctx.until(() -> ended[0]);
                ToThread.run(() -> {
                    for (int step = 0; step < 5; step++) {
                        ctx.step();
                        stray[0] |= Thread.currentThread().isInterrupted();
                    }
                });
            });
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                ToThread.run(INTERRUPT, () -> {
                    ctx.step();
                    ended[0] = true;
                });
            });
            ended[0] = true; // the code may not have begun
        }));
        check(!stray[0], "a call sees no interrupt of an earlier one");
    }

    static void anAbandonedCallKeepsItsTokenUntilItEnds(ProgramContext ctx) {
        var limiter = CapacityLimiter.create(1);
        boolean[] runs = new boolean[1];
        ctx.run(() -> {
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                ToThread.run(ABANDON.withLimiter(limiter), () -> {
                    runs[0] = true;
                    ctx.step();
                    runs[0] = false;
                });
            });
            ToThread.run(ToThreadOptions.DEFAULTS.withLimiter(limiter), () -> check(!runs[0], "one call at a time"));
        });
        check(limiter.borrowedTokens() == 0, "every token is free in the end");
    }

    static void aCallDoesNotWaitForAnother(ProgramContext ctx) {
        boolean[] second = new boolean[1];
        ctx.run(() -> {
            ToThread.run(ctx::step); // there may be an idle worker
            TaskGroup.run(group -> {
                group.startSoon(ctx.on(0, "first"), () -> ToThread.run(() -> ctx.until(() -> second[0])));
                group.startSoon(
                        ctx.on(1, "second"),
                        () -> ToThread.run(() -> {
                            second[0] = true;
                        }));
            });
        });
    }

    static void aCallThatHasEndedHoldsNoToken(ProgramContext ctx) {
        var limiter = CapacityLimiter.create(2);
        ctx.run(() -> {
            ToThread.run(ToThreadOptions.DEFAULTS.withLimiter(limiter), ctx::step);
            check(limiter.borrowedTokens() == 0, "the token is back when the call has ended");
        });
    }
}
