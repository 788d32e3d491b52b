package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.StopRequest;
import io.anyio.TaskGroup;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests to stop: who listens leaves at once, the others have until the end of the grace period. */
final class StopScenarios {
    private StopScenarios() {}

    static void aScopeThatListensLeavesAtOnceAlsoWhenItIsAskedItself(ScenarioContext ctx) {
        boolean inside = ctx.flip();
        CancelScope[] listening = new CancelScope[1];
        TaskGroup.run(group -> {
            ctx.go(group, "listening", () -> {
                var heard = StopRequest.moveOn(scope -> {
                    listening[0] = scope;
                    if (inside) {
                        scope.cancelAfter(ScenarioContext.ms(9), "closing");
                    }
                    AnyIO.sleepForever();
                });
                ctx.expect(heard.cancelledCaught(), "it has not left");
                ctx.equal(ctx.now(), inside ? 0L : 1L, "the time");
            });
            if (!inside) {
                AnyIO.sleep(ScenarioContext.ms(1));
                listening[0].cancelAfter(ScenarioContext.ms(9), "closing");
            }
        });
    }

    static void whoListensLeavesAtOnceAndTheOthersHaveTheirTime(ScenarioContext ctx) {
        var scope = CancelScope.create();
        List<String> ends = new ArrayList<>();
        TaskGroup.run(outer -> {
            ctx.go(
                    outer,
                    "host",
                    () -> scope.run(() -> TaskGroup.run(group -> {
                        ctx.go(group, "listening", () -> {
                            var heard = StopRequest.moveOn(AnyIO::sleepForever);
                            ctx.expect(heard.cancelledCaught() && StopRequest.isPending(), "it was not asked");
                            ctx.equal(heard.cancelReason(), Optional.of("closing"), "the reason");
                            ends.add("listening " + ctx.now());
                        });
                        ctx.go(group, "waiting", () -> {
                            StopRequest.await();
                            ends.add("waiting " + ctx.now());
                        });
                        ctx.go(group, "quick", () -> {
                            AnyIO.sleep(ScenarioContext.ms(4));
                            ends.add("quick " + ctx.now());
                        });
                        ctx.go(group, "slow", () -> {
                            try {
                                AnyIO.sleepForever();
                            } catch (Cancelled c) {
                                ctx.equal(c.reason(), Optional.of("closing"), "the reason");
                                ends.add("slow " + ctx.now());
                                throw c;
                            }
                        });
                        ctx.expect(!StopRequest.isPending() && !scope.stopRequested(), "asked too early");
                    })));
            AnyIO.sleep(ScenarioContext.ms(2));
            scope.cancelAfter(ScenarioContext.ms(6), "closing");
            ctx.expect(scope.stopRequested() && !scope.cancelCalled(), "the scope says " + scope);
            ctx.equal(scope.deadline(), ctx.at(8), "the end of the period");
        });
        ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        ctx.equal(
                ends.stream().sorted().toList(),
                List.of("listening 2", "quick 4", "slow 8", "waiting 2"),
                "who ended when");
    }

    /** Any requests and moves of the deadline: what counts is the shortest period, or a nearer deadline. */
    static void theNearestEndCounts(ScenarioContext ctx) {
        int own = ctx.flip() ? 3 + ctx.pick(12) : 1000;
        List<int[]> requests = new ArrayList<>();
        int nearest = own;
        int stop = Integer.MAX_VALUE;
        for (int at = ctx.pick(3), i = ctx.pick(4); i >= 0 && at < nearest; i--, at += 1 + ctx.pick(3)) {
            int grace = 1 + ctx.pick(12);
            requests.add(new int[] {at, grace});
            stop = Math.min(stop, at + grace);
            nearest = Math.min(nearest, at + grace);
        }
        boolean asked = !requests.isEmpty() && stop < own;
        int end = nearest;
        var scope = CancelScope.create();
        scope.setDeadline(ctx.at(own));
        TaskGroup.run(group -> {
            ctx.go(group, "working", () -> {
                scope.run(AnyIO::sleepForever);
                ctx.equal(ctx.now(), (long) end, "the time");
            });
            for (int[] request : requests) {
                AnyIO.sleepUntil(ctx.at(request[0]));
                scope.cancelAfter(ScenarioContext.ms(request[1]), "request at " + request[0]);
            }
        });
        if (stop != own) {
            ctx.equal(
                    scope.cancelReason(),
                    Optional.of(asked ? "request at " + requests.get(0)[0] : "deadline exceeded"),
                    "the reason");
        }
    }

    static void beforeTheScopeIsEnteredNoTaskIsAskedAndThePeriodDoesNotRun(ScenarioContext ctx) {
        var scope = CancelScope.create();
        int first = 1 + ctx.pick(9);
        int second = 1 + ctx.pick(9);
        scope.cancelAfter(ScenarioContext.ms(first), "first");
        scope.cancelAfter(ScenarioContext.ms(second), "second");
        AnyIO.sleep(ScenarioContext.ms(20));
        ctx.expect(scope.stopRequested() && !scope.cancelCalled(), "the scope says " + scope);
        ctx.equal(scope.deadline(), Deadline.NEVER, "the deadline");
        scope.run(() -> {
            ctx.expect(StopRequest.isPending(), "not asked inside");
            ctx.equal(AnyIO.currentEffectiveDeadline(), ctx.at(20 + Math.min(first, second)), "the end of the period");
            AnyIO.sleepForever();
        });
        ctx.equal(ctx.now(), 20L + Math.min(first, second), "the time");
        ctx.equal(scope.cancelReason(), Optional.of("first"), "the reason");
    }

    static void theEndOfAPeriodIsNoTimeOutUnlessTheDeadlineIsMoved(ScenarioContext ctx) {
        boolean moved = ctx.flip();
        boolean[] timedOut = {false};
        TaskGroup.run(group -> {
            try {
                Timeouts.failAfter(ScenarioContext.ms(50), scope -> {
                    ctx.go(group, "asking", () -> {
                        ctx.dawdle(2);
                        scope.cancelAfter(ScenarioContext.ms(5));
                        if (moved) {
                            scope.setDeadline(ctx.at(7));
                        }
                    });
                    AnyIO.sleepForever();
                });
            } catch (TimedOutException expected) {
                timedOut[0] = true;
            }
        });
        ctx.equal(timedOut[0], moved, "whether it is a time-out");
        ctx.equal(ctx.now(), moved ? 7L : 5L, "the time");
    }

    static void noGraceAtAllIsACancellation(ScenarioContext ctx) {
        var scope = CancelScope.open(mine -> {
            mine.cancelAfter(ctx.flip() ? ScenarioContext.ms(0) : ScenarioContext.ms(-1), "now");
            ctx.expect(
                    mine.cancelCalled() && mine.stopRequested() && StopRequest.isPending(), "the scope says " + mine);
            AnyIO.checkpoint();
            ctx.fail("it went on");
        });
        ctx.equal(scope.cancelReason(), Optional.of("now"), "the reason");
        var early = CancelScope.create();
        early.cancelAfter(ScenarioContext.ms(0));
        ctx.expect(early.cancelCalled(), "a scope that is not entered says " + early);
    }

    static void whereAScopeIsCancelledItsTasksHaveBeenAsked(ScenarioContext ctx) {
        CancelScope.open(scope -> {
            ctx.expect(!StopRequest.isPending(), "asked too early");
            scope.cancel();
            ctx.expect(StopRequest.isPending() && scope.stopRequested(), "not asked in a cancelled scope");
            ctx.expectCancelled("await", StopRequest::await);
            CancelScope.shielded(() -> ctx.expect(!StopRequest.isPending(), "asked behind a shield"));
        });
    }

    static void aShieldKeepsRequestsAwayUntilItIsLowered(ScenarioContext ctx) {
        var shield = CancelScope.create().setShield(true);
        List<String> heard = new ArrayList<>();
        TaskGroup.run(group -> {
            ctx.go(
                    group,
                    "shielded",
                    () -> shield.run(() -> {
                        StopRequest.moveOn(AnyIO::sleepForever);
                        heard.add("inside " + ctx.now());
                    }));
            ctx.go(group, "with a shield inside", () -> {
                var scope = StopRequest.moveOn(() -> CancelScope.shielded(() -> {
                    ctx.expect(!StopRequest.isPending(), "asked behind a shield");
                    AnyIO.sleep(ScenarioContext.ms(4));
                }));
                ctx.expect(scope.cancelCalled() && !scope.cancelledCaught(), "the scope says " + scope);
                heard.add("outside " + ctx.now());
            });
            AnyIO.sleep(ScenarioContext.ms(1));
            group.cancelScope().cancelAfter(ScenarioContext.ms(50));
            ScenarioContext.settle();
            ctx.equal(heard, List.of(), "who has heard");
            AnyIO.sleep(ScenarioContext.ms(1));
            shield.setShield(false);
        });
        ctx.equal(heard, List.of("inside 2", "outside 4"), "who has heard");
    }

    static void whoWasAskedBeforeRunsToItsFirstCheckpoint(ScenarioContext ctx) {
        CancelScope.open(scope -> {
            scope.cancelAfter(ScenarioContext.ms(50));
            boolean[] begun = {false};
            var heard = StopRequest.moveOn(() -> {
                begun[0] = true;
                AnyIO.checkpoint();
                ctx.fail("it went on");
            });
            ctx.expect(begun[0] && heard.cancelledCaught(), "the scope says " + heard);
            ctx.equal(
                    StopRequest.moveOn("otherwise", () -> {
                        AnyIO.checkpoint();
                        return "value";
                    }),
                    "otherwise",
                    "the value");
            StopRequest.await();
            AnyIO.sleep(ScenarioContext.ms(1));
        });
        ctx.equal(StopRequest.moveOn("otherwise", () -> "value"), "value", "the value");
        ctx.equal(ctx.now(), 1L, "the time");
    }

    static void aRequestAtAnyMomentReachesWhoBeginsToListen(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                ctx.go(group, "listening" + i, () -> {
                    ctx.dawdle(3);
                    StopRequest.moveOn(() -> TaskGroup.run(inner -> {
                        ctx.go(inner, "member", AnyIO::sleepForever);
                        AnyIO.sleepForever();
                    }));
                    ctx.equal(ctx.now(), 0L, "the time");
                });
            }
            ctx.dawdle(4);
            group.cancelScope().cancelAfter(ScenarioContext.ms(30));
        });
        ctx.equal(ctx.now(), 0L, "the time");
    }

    static void waitingForARequestIsACheckpointAlsoAfterIt(ScenarioContext ctx) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            ctx.go(group, "other", () -> {
                while (ran[0] < 60) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
                scope.cancel();
            });
            scope.run(() -> {
                scope.cancelAfter(ScenarioContext.ms(5));
                while (true) {
                    StopRequest.await();
                    ctx.expect(!scope.cancelCalled(), "it returned in a cancelled scope");
                }
            });
            ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        });
    }
}
