package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Interruptible;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.RunVar;
import io.anyio.spi.Carrier;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;

/** Foreign calls that are interrupted, and values that belong to the run. */
final class ForeignScenarios {
    private static final RunVar<String> PLACE = RunVar.create("place", "nowhere");
    private static final RunVar<Integer> COUNT = RunVar.create("count");

    private ForeignScenarios() {}

    private static boolean interrupted() {
        return Thread.currentThread().isInterrupted();
    }

    static void aCallThatBlocksIsCancelledAndItsInterruptStaysInside(ScenarioContext ctx) {
        var never = new CountDownLatch(1);
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            ctx.go(group, "canceller", () -> {
                ctx.dawdle(4);
                scope.cancel();
            });
            scope.run(() -> {
                try {
                    Interruptible.run(never::await);
                } catch (Cancelled c) {
                    ctx.expect(!interrupted(), "the interrupt outlasts the call");
                    throw c;
                }
                ctx.fail("it went on");
            });
            ctx.expect(scope.cancelledCaught() && !interrupted(), "the scope says " + scope);
            AnyIO.sleep(ScenarioContext.ms(1));
            ctx.expect(!interrupted(), "an interrupt came late");
        });
    }

    static void aCallGivesItsValueOrIsCancelled(ScenarioContext ctx) {
        var there = new CountDownLatch(1);
        boolean[] got = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            ctx.go(group, "canceller", () -> {
                ctx.dawdle(4);
                scope.cancel();
            });
            ctx.go(group, "giver", () -> {
                ctx.dawdle(4);
                there.countDown();
            });
            scope.run(() -> {
                String value = Interruptible.call(() -> {
                    there.await();
                    return "value";
                });
                ctx.equal(value, "value", "the value");
                got[0] = true;
                AnyIO.checkpoint();
                if (scope.cancelCalled()) {
                    ctx.fail("the checkpoint after the call did not see the cancellation");
                }
            });
            ctx.expect(got[0] || scope.cancelledCaught(), "neither a value nor a cancellation");
            ctx.expect(!interrupted(), "the interrupt outlasts the call");
        });
    }

    static void aCallThatEndsBeforeItHearsKeepsWhatItGives(ScenarioContext ctx) {
        boolean fails = ctx.flip();
        boolean[] kept = {false};
        CancelScope.open(scope -> {
            try {
                kept[0] = Interruptible.call(() -> {
                    scope.cancel();
                    ctx.expect(interrupted(), "a cancellation does not interrupt the call");
                    if (fails) {
                        throw new IllegalArgumentException("its own");
                    }
                    return true;
                });
            } catch (IllegalArgumentException own) {
                kept[0] = fails;
            }
            ctx.expect(kept[0] && !interrupted(), "what the call gave is lost, or the interrupt is not");
            AnyIO.checkpoint();
            ctx.fail("the checkpoint after the call did not see the cancellation");
        });
        ctx.expect(kept[0], "the call was not made");
    }

    static void whatWrapsAnInterruptionIsOne(ScenarioContext ctx) throws InterruptedException {
        var scope = CancelScope.create();
        scope.run(() -> Interruptible.run(() -> {
            scope.cancel();
            try {
                Thread.sleep(10_000);
            } catch (InterruptedException e) {
                if (ctx.flip()) {
                    throw e;
                }
                throw new IllegalStateException(new IllegalArgumentException(e));
            }
        }));
        ctx.expect(scope.cancelledCaught() && !interrupted(), "the scope says " + scope);
    }

    static void aForeignInterruptIsLeftAlone(ScenarioContext ctx) {
        boolean cancelled = ctx.flip();
        var scope = CancelScope.create();
        boolean[] told = {false};
        scope.run(() -> {
            try {
                Interruptible.run(() -> {
                    Thread.currentThread().interrupt();
                    if (cancelled) {
                        scope.cancel();
                    }
                    Thread.sleep(10_000);
                });
            } catch (InterruptedException e) {
                told[0] = true;
            }
        });
        ctx.equal(scope.cancelledCaught(), cancelled, "whether the scope caught");
        ctx.equal(told[0], !cancelled, "whether the call was told of the interrupt");
        ctx.equal(Thread.interrupted(), cancelled, "whether the interrupt is still there");
    }

    static void anInterruptIsTheirsAlsoWhenACancellationFollows(ScenarioContext ctx) {
        var scope = CancelScope.create();
        boolean[] made = {false};
        boolean[] before = {false};
        boolean[] told = {false};
        TaskGroup.run(group -> {
            ctx.go(group, "canceller", () -> {
                ctx.dawdle(3);
                scope.cancel();
            });
            scope.run(() -> {
                ctx.dawdle(1);
                try {
                    Interruptible.run(() -> {
                        made[0] = true;
                        before[0] = scope.cancelCalled();
                        throw new InterruptedException("by foreign code");
                    });
                } catch (InterruptedException e) {
                    told[0] = true;
                }
            });
        });
        boolean beside =
                AnyIO.currentRun().carrier() == Carrier.PORTABLE; // so the cancellation may hit the call itself
        ctx.expect(
                told[0] == (made[0] && !before[0]) || (beside && !told[0] && scope.cancelledCaught()),
                "whether the call was told of the interrupt: " + told[0]);
    }

    static void inACancelledScopeACallIsNotMade(ScenarioContext ctx) {
        CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled("a call", () -> Interruptible.run(() -> ctx.fail("it was made")));
            CancelScope.shielded(() -> Interruptible.run(() -> ctx.expect(!interrupted(), "interrupted in a shield")));
        });
    }

    static void aShieldKeepsInterruptsAway(ScenarioContext ctx) {
        boolean[] made = {false};
        CancelScope.open(scope -> CancelScope.shielded(() -> Interruptible.run(() -> {
            scope.cancel();
            ctx.expect(!interrupted(), "interrupted in a shield");
            made[0] = true;
        })));
        ctx.expect(made[0], "the call was not made");
    }

    static void othersRunAlsoWhenACallDoesNotBlock(ScenarioContext ctx) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "other", () -> {
                while (ran[0] < 40) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 40; i++) {
                Interruptible.run(() -> {});
            }
            ctx.expect(ran[0] > 0, "the other one never ran");
        });
    }

    static void aCallThatCallsBackIsInterruptedToo(ScenarioContext ctx) {
        var event = ctx.event();
        boolean[] waited = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            ctx.go(
                    group,
                    "calling",
                    () -> scope.run(() -> Interruptible.run(() -> {
                        waited[0] = ScenarioContext.cancelled(event::await);
                        Thread.sleep(10_000);
                    })));
            while (event.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            ctx.dawdle(2);
            scope.cancel();
        });
        ctx.expect(waited[0], "the wait inside was not cancelled");
    }

    // ---- values of the run ----

    static void aValueOfTheRunIsTheSameForAllTasks(ScenarioContext ctx) {
        ctx.equal(PLACE.get(), "nowhere", "the default");
        ctx.equal(PLACE.get("elsewhere"), "elsewhere", "the value asked for instead of the default");
        ctx.expectThrown(NoSuchElementException.class, COUNT::get);
        int[] seen = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "reading" + i, () -> {
                    while (PLACE.get().equals("nowhere")) {
                        AnyIO.checkpoint();
                    }
                    seen[0] += COUNT.get();
                });
            }
            COUNT.set(5);
            ctx.go(group, "writing", () -> {
                ctx.dawdle(3);
                PLACE.set("here");
            });
        });
        ctx.equal(seen[0], 15, "the sum of what they saw");
        ctx.equal(PLACE.get("elsewhere"), "here", "the value");
    }

    static void aTokenRestoresOnceWhatWasThere(ScenarioContext ctx) {
        boolean before = ctx.flip();
        if (before) {
            COUNT.set(1);
        }
        PLACE.set("here");
        var token = COUNT.set(2);
        var second = COUNT.set(3);
        ctx.equal(COUNT.get(), 3, "the value");
        COUNT.reset(second);
        ctx.equal(COUNT.get(), 2, "the value restored");
        COUNT.reset(token);
        ctx.equal(COUNT.get(0), before ? 1 : 0, "the value restored");
        ctx.equal(PLACE.get(), "here", "the other value");
        ctx.expectThrown(IllegalArgumentException.class, () -> COUNT.reset(token));
        ctx.expectThrown(
                IllegalArgumentException.class, () -> PLACE.where("there", () -> COUNT.reset(cast(PLACE.set("x")))));
        ctx.equal(PLACE.get(), "here", "the other value, after a block");
    }

    @SuppressWarnings("unchecked")
    private static RunVar.Token<Integer> cast(RunVar.Token<?> token) {
        return (RunVar.Token<Integer>) token;
    }

    static void aValueOfTheRunForABlockIsRestoredWhateverHappens(ScenarioContext ctx) {
        List<String> seen = new ArrayList<>();
        CancelScope.open(scope -> PLACE.where("inside", () -> {
            seen.add(PLACE.get());
            ctx.equal(PLACE.where("deeper", () -> PLACE.get()), "deeper", "the value");
            seen.add(PLACE.get());
            scope.cancel();
            AnyIO.checkpoint();
        }));
        ctx.equal(seen, List.of("inside", "inside"), "the values inside");
        ctx.equal(PLACE.get(), "nowhere", "the value outside");
    }
}
