package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.sync.Deferred;
import io.anyio.sync.DeferredAlreadyFinishedException;
import io.anyio.sync.DeferredCancelledException;

/** {@link Deferred}: one outcome, which every waiter gets. */
final class DeferredPrograms {
    private DeferredPrograms() {}

    static void outcomeReachesEveryWaiter(ProgramContext ctx) {
        var deferred = Deferred.<String>create();
        ctx.thread("giver", () -> deferred.complete("x"));
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                group.startSoon(
                        ctx.on(i, "waiter " + i), () -> check(deferred.join().equals("x"), "who waits gets the value"));
            }
        }));
    }

    static void oneOfTwoOutcomes(ProgramContext ctx) {
        var deferred = Deferred.<String>create();
        int[] given = new int[1];
        for (String value : new String[] {"a", "b"}) {
            ctx.thread("giver of " + value, () -> {
                try {
                    deferred.complete(value);
                    given[0]++;
                } catch (DeferredAlreadyFinishedException e) {
                    // the other one was quicker
                }
            });
        }
        String[] seen = new String[2];
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(0, "near"), () -> {
                seen[0] = deferred.join();
            });
            group.startSoon(ctx.on(1, "far"), () -> {
                seen[1] = deferred.join();
            });
        }));
        check(given[0] == 1 && seen[0].equals(seen[1]), "there is one outcome, the same for all");
    }

    static void withdrawnAgainstGiven(ProgramContext ctx) {
        var deferred = Deferred.<String>create();
        ctx.thread("giver", () -> {
            try {
                deferred.complete("x");
            } catch (DeferredCancelledException e) {
                // withdrawn
            }
        });
        ctx.thread("withdrawer", deferred::cancel);
        ctx.run(() -> {
            try {
                check(deferred.join().equals("x"), "a value is the one that was given");
            } catch (DeferredCancelledException e) {
                check(deferred.status() == Deferred.Status.CANCELLED, "an outcome stays");
            }
        });
    }

    static void cancelledWaiterLeavesTheOthersAlone(ProgramContext ctx) {
        var deferred = Deferred.<String>create();
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "steady"), deferred::await);
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                ctx.thread("giver", () -> deferred.complete("x"));
                deferred.await();
            });
        }));
    }
}
