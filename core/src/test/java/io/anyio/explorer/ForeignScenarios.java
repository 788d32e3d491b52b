package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Interruptible;
import io.anyio.RunVar;
import io.anyio.TaskGroup;
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

    static void aCallThatBlocksIsCancelledAndItsInterruptStaysInside(World w) {
        var never = new CountDownLatch(1);
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            w.go(group, "canceller", () -> {
                w.dawdle(4);
                scope.cancel();
            });
            scope.run(() -> {
                try {
                    Interruptible.run(never::await);
                } catch (Cancelled c) {
                    w.expect(!interrupted(), "the interrupt outlasts the call");
                    throw c;
                }
                w.fail("it went on");
            });
            w.expect(scope.cancelledCaught() && !interrupted(), "the scope says " + scope);
            AnyIO.sleep(World.ms(1));
            w.expect(!interrupted(), "an interrupt came late");
        });
    }

    static void aCallGivesItsValueOrIsCancelled(World w) {
        var there = new CountDownLatch(1);
        boolean[] got = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            w.go(group, "canceller", () -> {
                w.dawdle(4);
                scope.cancel();
            });
            w.go(group, "giver", () -> {
                w.dawdle(4);
                there.countDown();
            });
            scope.run(() -> {
                String value = Interruptible.call(() -> {
                    there.await();
                    return "value";
                });
                w.equal(value, "value", "the value");
                got[0] = true;
                AnyIO.checkpoint();
                if (scope.cancelCalled()) {
                    w.fail("the checkpoint after the call did not see the cancellation");
                }
            });
            w.expect(got[0] || scope.cancelledCaught(), "neither a value nor a cancellation");
            w.expect(!interrupted(), "the interrupt outlasts the call");
        });
    }

    static void aCallThatEndsBeforeItHearsKeepsWhatItGives(World w) {
        boolean fails = w.flip();
        boolean[] kept = {false};
        CancelScope.open(scope -> {
            try {
                kept[0] = Interruptible.call(() -> {
                    scope.cancel();
                    w.expect(interrupted(), "a cancellation does not interrupt the call");
                    if (fails) {
                        throw new IllegalArgumentException("its own");
                    }
                    return true;
                });
            } catch (IllegalArgumentException own) {
                kept[0] = fails;
            }
            w.expect(kept[0] && !interrupted(), "what the call gave is lost, or the interrupt is not");
            AnyIO.checkpoint();
            w.fail("the checkpoint after the call did not see the cancellation");
        });
        w.expect(kept[0], "the call was not made");
    }

    static void whatWrapsAnInterruptionIsOne(World w) throws InterruptedException {
        var scope = CancelScope.create();
        scope.run(() -> Interruptible.run(() -> {
            scope.cancel();
            try {
                Thread.sleep(10_000);
            } catch (InterruptedException e) {
                if (w.flip()) {
                    throw e;
                }
                throw new IllegalStateException(new IllegalArgumentException(e));
            }
        }));
        w.expect(scope.cancelledCaught() && !interrupted(), "the scope says " + scope);
    }

    static void anInterruptOfSomebodyElseIsTheirs(World w) {
        boolean cancelled = w.flip();
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
        w.equal(scope.cancelledCaught(), cancelled, "whether the scope caught");
        w.equal(told[0], !cancelled, "whether the call was told of the interrupt");
        w.equal(Thread.interrupted(), cancelled, "whether the interrupt is still there");
    }

    static void anInterruptIsTheirsAlsoWhenACancellationFollows(World w) {
        var scope = CancelScope.create();
        boolean[] made = {false};
        boolean[] before = {false};
        boolean[] told = {false};
        TaskGroup.run(group -> {
            w.go(group, "canceller", () -> {
                w.dawdle(3);
                scope.cancel();
            });
            scope.run(() -> {
                w.dawdle(1);
                try {
                    Interruptible.run(() -> {
                        made[0] = true;
                        before[0] = scope.cancelCalled();
                        throw new InterruptedException("by somebody else");
                    });
                } catch (InterruptedException e) {
                    told[0] = true;
                }
            });
        });
        boolean beside =
                AnyIO.currentRun().carrier() == Carrier.PORTABLE; // so the cancellation may hit the call itself
        w.expect(
                told[0] == (made[0] && !before[0]) || (beside && !told[0] && scope.cancelledCaught()),
                "whether the call was told of the interrupt: " + told[0]);
    }

    static void inACancelledScopeACallIsNotMade(World w) {
        CancelScope.open(scope -> {
            scope.cancel();
            w.expectCancelled("a call", () -> Interruptible.run(() -> w.fail("it was made")));
            CancelScope.shielded(() -> Interruptible.run(() -> w.expect(!interrupted(), "interrupted in a shield")));
        });
    }

    static void aShieldKeepsInterruptsAway(World w) {
        boolean[] made = {false};
        CancelScope.open(scope -> CancelScope.shielded(() -> Interruptible.run(() -> {
            scope.cancel();
            w.expect(!interrupted(), "interrupted in a shield");
            made[0] = true;
        })));
        w.expect(made[0], "the call was not made");
    }

    static void othersRunAlsoWhenACallDoesNotBlock(World w) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            w.go(group, "other", () -> {
                while (ran[0] < 40) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 40; i++) {
                Interruptible.run(() -> {});
            }
            w.expect(ran[0] > 0, "the other one never ran");
        });
    }

    static void aCallThatCallsBackIsInterruptedToo(World w) {
        var event = w.event();
        boolean[] waited = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            w.go(
                    group,
                    "calling",
                    () -> scope.run(() -> Interruptible.run(() -> {
                        waited[0] = World.cancelled(event::await);
                        Thread.sleep(10_000);
                    })));
            while (event.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            w.dawdle(2);
            scope.cancel();
        });
        w.expect(waited[0], "the wait inside was not cancelled");
    }

    // ---- values of the run ----

    static void aValueOfTheRunIsTheSameForAllTasks(World w) {
        w.equal(PLACE.get(), "nowhere", "the default");
        w.equal(PLACE.get("elsewhere"), "elsewhere", "the value asked for instead of the default");
        w.expectThrown(NoSuchElementException.class, COUNT::get);
        int[] seen = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                w.go(group, "reading" + i, () -> {
                    while (PLACE.get().equals("nowhere")) {
                        AnyIO.checkpoint();
                    }
                    seen[0] += COUNT.get();
                });
            }
            COUNT.set(5);
            w.go(group, "writing", () -> {
                w.dawdle(3);
                PLACE.set("here");
            });
        });
        w.equal(seen[0], 15, "the sum of what they saw");
        w.equal(PLACE.get("elsewhere"), "here", "the value");
    }

    static void aTokenRestoresOnceWhatWasThere(World w) {
        boolean before = w.flip();
        if (before) {
            COUNT.set(1);
        }
        PLACE.set("here");
        var token = COUNT.set(2);
        var second = COUNT.set(3);
        w.equal(COUNT.get(), 3, "the value");
        COUNT.reset(second);
        w.equal(COUNT.get(), 2, "the value restored");
        COUNT.reset(token);
        w.equal(COUNT.get(0), before ? 1 : 0, "the value restored");
        w.equal(PLACE.get(), "here", "the other value");
        w.expectThrown(IllegalArgumentException.class, () -> COUNT.reset(token));
        w.expectThrown(
                IllegalArgumentException.class, () -> PLACE.where("there", () -> COUNT.reset(cast(PLACE.set("x")))));
        w.equal(PLACE.get(), "here", "the other value, after a block");
    }

    @SuppressWarnings("unchecked")
    private static RunVar.Token<Integer> cast(RunVar.Token<?> token) {
        return (RunVar.Token<Integer>) token;
    }

    static void aValueOfTheRunForABlockIsRestoredWhateverHappens(World w) {
        List<String> seen = new ArrayList<>();
        CancelScope.open(scope -> PLACE.where("inside", () -> {
            seen.add(PLACE.get());
            w.equal(PLACE.where("deeper", () -> PLACE.get()), "deeper", "the value");
            seen.add(PLACE.get());
            scope.cancel();
            AnyIO.checkpoint();
        }));
        w.equal(seen, List.of("inside", "inside"), "the values inside");
        w.equal(PLACE.get(), "nowhere", "the value outside");
    }
}
