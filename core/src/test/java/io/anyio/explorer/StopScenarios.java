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

    static void whoListensLeavesAtOnceAndTheOthersHaveTheirTime(World w) {
        var scope = CancelScope.create();
        List<String> ends = new ArrayList<>();
        TaskGroup.run(outer -> {
            w.go(
                    outer,
                    "host",
                    () -> scope.run(() -> TaskGroup.run(group -> {
                        w.go(group, "listening", () -> {
                            var heard = StopRequest.moveOn(AnyIO::sleepForever);
                            w.expect(heard.cancelledCaught() && StopRequest.isPending(), "it was not asked");
                            w.equal(heard.cancelReason(), Optional.of("closing"), "the reason");
                            ends.add("listening " + w.now());
                        });
                        w.go(group, "waiting", () -> {
                            StopRequest.await();
                            ends.add("waiting " + w.now());
                        });
                        w.go(group, "quick", () -> {
                            AnyIO.sleep(World.ms(4));
                            ends.add("quick " + w.now());
                        });
                        w.go(group, "slow", () -> {
                            try {
                                AnyIO.sleepForever();
                            } catch (Cancelled c) {
                                w.equal(c.reason(), Optional.of("closing"), "the reason");
                                ends.add("slow " + w.now());
                                throw c;
                            }
                        });
                        w.expect(!StopRequest.isPending() && !scope.stopRequested(), "asked too early");
                    })));
            AnyIO.sleep(World.ms(2));
            scope.cancelAfter(World.ms(6), "closing");
            w.expect(scope.stopRequested() && !scope.cancelCalled(), "the scope says " + scope);
            w.equal(scope.deadline(), w.at(8), "the end of the period");
        });
        w.expect(scope.cancelledCaught(), "the scope did not catch");
        w.equal(
                ends.stream().sorted().toList(),
                List.of("listening 2", "quick 4", "slow 8", "waiting 2"),
                "who ended when");
    }

    /** Any requests and moves of the deadline: what counts is the shortest period, or a nearer deadline. */
    static void theNearestEndCounts(World w) {
        int own = w.flip() ? 3 + w.pick(12) : 1000;
        List<int[]> requests = new ArrayList<>();
        int nearest = own;
        int stop = Integer.MAX_VALUE;
        for (int at = w.pick(3), i = w.pick(4); i >= 0 && at < nearest; i--, at += 1 + w.pick(3)) {
            int grace = 1 + w.pick(12);
            requests.add(new int[] {at, grace});
            stop = Math.min(stop, at + grace);
            nearest = Math.min(nearest, at + grace);
        }
        boolean asked = !requests.isEmpty() && stop < own;
        int end = nearest;
        var scope = CancelScope.create();
        scope.setDeadline(w.at(own));
        TaskGroup.run(group -> {
            w.go(group, "working", () -> {
                scope.run(AnyIO::sleepForever);
                w.equal(w.now(), (long) end, "the time");
            });
            for (int[] request : requests) {
                AnyIO.sleepUntil(w.at(request[0]));
                scope.cancelAfter(World.ms(request[1]), "request at " + request[0]);
            }
        });
        if (stop != own) {
            w.equal(
                    scope.cancelReason(),
                    Optional.of(asked ? "request at " + requests.get(0)[0] : "deadline exceeded"),
                    "the reason");
        }
    }

    static void beforeTheScopeIsEnteredNobodyIsAskedAndThePeriodDoesNotRun(World w) {
        var scope = CancelScope.create();
        int first = 1 + w.pick(9);
        int second = 1 + w.pick(9);
        scope.cancelAfter(World.ms(first), "first");
        scope.cancelAfter(World.ms(second), "second");
        AnyIO.sleep(World.ms(20));
        w.expect(scope.stopRequested() && !scope.cancelCalled(), "the scope says " + scope);
        w.equal(scope.deadline(), Deadline.NEVER, "the deadline");
        scope.run(() -> {
            w.expect(StopRequest.isPending(), "not asked inside");
            w.equal(AnyIO.currentEffectiveDeadline(), w.at(20 + Math.min(first, second)), "the end of the period");
            AnyIO.sleepForever();
        });
        w.equal(w.now(), 20L + Math.min(first, second), "the time");
        w.equal(scope.cancelReason(), Optional.of("first"), "the reason");
    }

    static void theEndOfAPeriodIsNoTimeOutUnlessTheDeadlineIsMoved(World w) {
        boolean moved = w.flip();
        boolean[] timedOut = {false};
        TaskGroup.run(group -> {
            try {
                Timeouts.failAfter(World.ms(50), scope -> {
                    w.go(group, "asking", () -> {
                        w.dawdle(2);
                        scope.cancelAfter(World.ms(5));
                        if (moved) {
                            scope.setDeadline(w.at(7));
                        }
                    });
                    AnyIO.sleepForever();
                });
            } catch (TimedOutException expected) {
                timedOut[0] = true;
            }
        });
        w.equal(timedOut[0], moved, "whether it is a time-out");
        w.equal(w.now(), moved ? 7L : 5L, "the time");
    }

    static void noGraceAtAllIsACancellation(World w) {
        var scope = CancelScope.open(mine -> {
            mine.cancelAfter(w.flip() ? World.ms(0) : World.ms(-1), "now");
            w.expect(mine.cancelCalled() && mine.stopRequested() && StopRequest.isPending(), "the scope says " + mine);
            AnyIO.checkpoint();
            w.fail("it went on");
        });
        w.equal(scope.cancelReason(), Optional.of("now"), "the reason");
        var early = CancelScope.create();
        early.cancelAfter(World.ms(0));
        w.expect(early.cancelCalled(), "a scope that is not entered says " + early);
    }

    static void whereAScopeIsCancelledItsTasksHaveBeenAsked(World w) {
        CancelScope.open(scope -> {
            w.expect(!StopRequest.isPending(), "asked too early");
            scope.cancel();
            w.expect(StopRequest.isPending() && scope.stopRequested(), "not asked in a cancelled scope");
            w.expectCancelled("await", StopRequest::await);
            CancelScope.shielded(() -> w.expect(!StopRequest.isPending(), "asked behind a shield"));
        });
    }

    static void aShieldKeepsRequestsAwayUntilItIsLowered(World w) {
        var shield = CancelScope.create().setShield(true);
        List<String> heard = new ArrayList<>();
        TaskGroup.run(group -> {
            w.go(
                    group,
                    "shielded",
                    () -> shield.run(() -> {
                        StopRequest.moveOn(AnyIO::sleepForever);
                        heard.add("inside " + w.now());
                    }));
            w.go(group, "with a shield inside", () -> {
                var scope = StopRequest.moveOn(() -> CancelScope.shielded(() -> {
                    w.expect(!StopRequest.isPending(), "asked behind a shield");
                    AnyIO.sleep(World.ms(4));
                }));
                w.expect(scope.cancelCalled() && !scope.cancelledCaught(), "the scope says " + scope);
                heard.add("outside " + w.now());
            });
            AnyIO.sleep(World.ms(1));
            group.cancelScope().cancelAfter(World.ms(50));
            World.settle();
            w.equal(heard, List.of(), "who has heard");
            AnyIO.sleep(World.ms(1));
            shield.setShield(false);
        });
        w.equal(heard, List.of("inside 2", "outside 4"), "who has heard");
    }

    static void whoWasAskedBeforeRunsToItsFirstCheckpoint(World w) {
        CancelScope.open(scope -> {
            scope.cancelAfter(World.ms(50));
            boolean[] begun = {false};
            var heard = StopRequest.moveOn(() -> {
                begun[0] = true;
                AnyIO.checkpoint();
                w.fail("it went on");
            });
            w.expect(begun[0] && heard.cancelledCaught(), "the scope says " + heard);
            w.equal(
                    StopRequest.moveOn("otherwise", () -> {
                        AnyIO.checkpoint();
                        return "value";
                    }),
                    "otherwise",
                    "the value");
            StopRequest.await();
            AnyIO.sleep(World.ms(1));
        });
        w.equal(StopRequest.moveOn("otherwise", () -> "value"), "value", "the value");
        w.equal(w.now(), 1L, "the time");
    }

    static void aRequestAtAnyMomentReachesWhoBeginsToListen(World w) {
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                w.go(group, "listening" + i, () -> {
                    w.dawdle(3);
                    StopRequest.moveOn(() -> TaskGroup.run(inner -> {
                        w.go(inner, "member", AnyIO::sleepForever);
                        AnyIO.sleepForever();
                    }));
                    w.equal(w.now(), 0L, "the time");
                });
            }
            w.dawdle(4);
            group.cancelScope().cancelAfter(World.ms(30));
        });
        w.equal(w.now(), 0L, "the time");
    }

    static void waitingForARequestIsACheckpointAlsoAfterIt(World w) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            w.go(group, "other", () -> {
                while (ran[0] < 60) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
                scope.cancel();
            });
            scope.run(() -> {
                scope.cancelAfter(World.ms(5));
                while (true) {
                    StopRequest.await();
                    w.expect(!scope.cancelCalled(), "it returned in a cancelled scope");
                }
            });
            w.expect(scope.cancelledCaught(), "the scope did not catch");
        });
    }
}
