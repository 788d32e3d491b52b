package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.lowlevel.SingleWaiter;
import io.anyio.lowlevel.Suspension;
import java.util.Optional;

/** {@link Suspension}: ends exactly once, resumed or aborted, and both sides agree on which. */
final class SuspensionPrograms {
    private SuspensionPrograms() {}

    static void resumeAgainstCancel(ProgramContext ctx) {
        boolean[] resumed = new boolean[1];
        boolean[] returned = new boolean[1];
        ctx.run(() -> CancelScope.open(scope -> {
            var wait = Suspension.create("wait");
            ctx.thread("resumer", () -> resumed[0] = wait.resume());
            ctx.thread("canceller", scope::cancel);
            wait.await();
            returned[0] = true;
        }));
        check(resumed[0] == returned[0], "a wait returns if and only if a resume has won");
    }

    static void oneOfTwoResumers(ProgramContext ctx) {
        int[] won = new int[1];
        ctx.run(() -> {
            var wait = Suspension.create("wait");
            for (String name : new String[] {"first", "second"}) {
                ctx.thread(name, () -> {
                    if (wait.resume()) {
                        won[0]++;
                    }
                });
            }
            wait.await();
        });
        check(won[0] == 1, "one of two resumers wins, not " + won[0]);
    }

    static void whatIsWrittenBeforeTheClaimIsSeen(ProgramContext ctx) {
        boolean[] granted = new boolean[1];
        ctx.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                var wait = Suspension.create("wait");
                ctx.thread("canceller", inside::cancel);
                ctx.thread("granter", () -> {
                    granted[0] = true;
                    if (wait.claim()) {
                        ctx.step();
                        wait.wake();
                    } else {
                        granted[0] = false;
                    }
                });
                wait.await();
                check(granted[0], "who returns was granted what it waited for");
            });
            check(scope.cancelledCaught() || granted[0], "a wait ends in one of two ways");
        });
    }

    static void shieldedWaitIsResumedOnly(ProgramContext ctx) {
        ctx.run(() -> {
            boolean[] resumed = new boolean[1];
            CancelScope scope = CancelScope.open(inside -> {
                var wait = Suspension.create("wait");
                ctx.thread("canceller", inside::cancel);
                ctx.thread("resumer", () -> resumed[0] = wait.resume());
                wait.awaitShielded();
                check(resumed[0] || wait.isResumed(), "a shielded wait ends by a resume only");
            });
            check(!scope.cancelledCaught(), "a shielded wait is no checkpoint");
        });
    }

    static void cancelledWaitNamesTheReason(ProgramContext ctx) {
        ctx.run(() -> CancelScope.open(outer -> CancelScope.open(inner -> {
            int[] done = new int[1];
            var wait = Suspension.create("wait");
            ctx.thread("canceller", () -> {
                outer.cancel("why");
                done[0]++;
            });
            ctx.thread("shielder", () -> {
                inner.setShield(true);
                done[0]++;
            });
            ctx.thread("resumer", () -> {
                ctx.until(() -> done[0] == 2);
                wait.resume(); // in case the shield was first
            });
            try {
                wait.await();
            } catch (Cancelled cancelled) {
                check(cancelled.reason().equals(Optional.of("why")), "the reason is that of the cancellation");
                throw cancelled;
            }
        })));
    }

    static void eventReachesASingleWaiter(ProgramContext ctx) {
        var waiter = SingleWaiter.create(_ -> false);
        boolean[] happened = new boolean[1];
        ctx.thread("other side", () -> {
            happened[0] = true;
            waiter.wake();
        });
        ctx.run(1, () -> {
            waiter.await("event", () -> happened[0]);
            check(happened[0], "a wait lasts until the event");
        });
        check(waiter.isEmpty(), "no wait is left");
    }

    static void cancelledSingleWaiterCanWaitAgain(ProgramContext ctx) {
        var waiter = SingleWaiter.create(_ -> false);
        boolean[] happened = new boolean[1];
        ctx.run(1, () -> {
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                ctx.thread("other side", () -> {
                    happened[0] = true;
                    waiter.wake();
                });
                waiter.await("event", () -> happened[0]);
            });
            check(waiter.isEmpty(), "a wait that was left is not seen");
            waiter.await("event", () -> happened[0]);
            check(happened[0], "a wait lasts until the event");
        });
        check(waiter.isEmpty(), "no wait is left");
    }
}
