package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Scopes and shields: who is cancelled, and who catches. */
final class ScopeScenarios {
    private ScopeScenarios() {}

    static void aCancelledScopeTellsAtEveryCheckpoint(World w) {
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            var inside = w.event();
            w.go(
                    group,
                    "stubborn",
                    () -> scope.run(() -> {
                        inside.set();
                        for (int i = 0; i < 4; i++) {
                            w.expectCancelled("sleepForever", AnyIO::sleepForever);
                            w.expectCancelled("checkpoint", AnyIO::checkpoint);
                            w.expectCancelled("checkpointIfCancelled", AnyIO::checkpointIfCancelled);
                            w.expectCancelled("sleep for no time", () -> AnyIO.sleep(World.ms(0)));
                            w.expectCancelled("sleepUntil the past", () -> AnyIO.sleepUntil(w.at(-1)));
                            AnyIO.cancelShieldedCheckpoint();
                        }
                        AnyIO.checkpoint();
                    }));
            inside.await();
            w.dawdle(2);
            scope.cancel();
        });
        w.expect(scope.cancelledCaught(), "the scope did not catch");
        w.equal(w.now(), 0L, "the time");
    }

    static void aScopeCancelledBeforeItIsEnteredCancelsAtTheFirstCheckpoint(World w) {
        boolean[] begun = {false};
        var scope = CancelScope.create();
        scope.cancel("early");
        scope.run(() -> {
            begun[0] = true;
            AnyIO.checkpoint();
            w.fail("it went on");
        });
        w.expect(begun[0] && scope.cancelledCaught(), "it did not begin, or was not caught");
        w.equal(scope.cancelReason(), Optional.of("early"), "the reason");
    }

    static void withoutACheckpointNothingIsCaught(World w) {
        var scope = CancelScope.open(CancelScope::cancel);
        w.expect(scope.cancelCalled() && !scope.cancelledCaught(), "the scope says " + scope);
        AnyIO.checkpoint();
    }

    static void theOuterOfTwoCancelledScopesCatches(World w) {
        boolean[] between = {false};
        var outer = CancelScope.create();
        var inner = CancelScope.create();
        outer.run(() -> {
            inner.run(() -> {
                if (w.flip()) {
                    inner.cancel();
                    outer.cancel();
                } else {
                    outer.cancel();
                    inner.cancel();
                }
                AnyIO.checkpoint();
            });
            between[0] = true;
        });
        w.expect(!between[0] && !inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void theOuterScopeCatchesAlsoWhenItIsCancelledDuringTheUnwinding(World w) {
        boolean[] between = {false};
        var outer = CancelScope.create();
        var inner = CancelScope.create();
        outer.run(() -> {
            inner.run(() -> {
                inner.cancel();
                try {
                    AnyIO.checkpoint();
                } finally {
                    outer.cancel();
                }
            });
            between[0] = true;
        });
        w.expect(!between[0] && !inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void aShieldedInnerScopeCatchesItself(World w) {
        boolean[] between = {false};
        var outer = CancelScope.create();
        var inner = CancelScope.create().setShield(true);
        outer.run(() -> {
            inner.run(() -> {
                inner.cancel();
                outer.cancel();
                AnyIO.checkpoint();
            });
            between[0] = true;
            AnyIO.checkpoint();
            w.fail("it went on");
        });
        w.expect(between[0] && inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void afterAScopeIsLeftItsCancellationIsOver(World w) {
        for (int i = 0; i < 3; i++) {
            var scope = CancelScope.open(mine -> {
                mine.cancel();
                AnyIO.checkpoint();
            });
            w.expect(scope.cancelledCaught(), "the scope did not catch");
            w.dawdle(2);
            AnyIO.checkpoint();
        }
    }

    static void failuresPassThroughACancelledScopeUnchanged(World w) {
        var scope = CancelScope.create();
        var thrown = w.expectThrown(
                IllegalArgumentException.class,
                () -> scope.run(() -> {
                    scope.cancel();
                    World.cancelled(AnyIO::checkpoint);
                    throw new IllegalArgumentException("on purpose");
                }));
        w.equal(thrown.getMessage(), "on purpose", "the failure");
        w.expect(!scope.cancelledCaught(), "the scope caught a failure");
    }

    static void aCancellationFromElsewherePassesThroughAScopeThatIsNotCancelled(World w) {
        var outer = CancelScope.create();
        var inner = CancelScope.create();
        outer.run(() -> {
            outer.cancel();
            inner.run(AnyIO::checkpoint);
            w.fail("it went on");
        });
        w.expect(
                !inner.cancelCalled() && !inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void theFirstReasonStays(World w) {
        var scope = CancelScope.create();
        scope.run(() -> {
            scope.cancel("first");
            scope.cancel("second");
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (Cancelled c) {
                w.equal(c.reason(), Optional.of("first"), "the reason");
                w.expect(c.getMessage().contains("first"), "the message is " + c.getMessage());
                throw c;
            }
        });
        w.equal(scope.cancelReason(), Optional.of("first"), "the reason");
    }

    static void aScopeIsEnteredOnce(World w) {
        var scope = CancelScope.create();
        scope.run(() -> w.expectThrown(IllegalStateException.class, () -> scope.run(AnyIO::checkpoint)));
        w.expectThrown(IllegalStateException.class, () -> scope.run(AnyIO::checkpoint));
    }

    static void aScopeGivesItsValueOrTheOtherOne(World w) {
        var good = CancelScope.create();
        w.equal(good.call("otherwise", () -> "value"), "value", "the value");
        var bad = CancelScope.create();
        bad.cancel();
        w.equal(
                bad.call("otherwise", () -> {
                    AnyIO.checkpoint();
                    return "value";
                }),
                "otherwise",
                "the value");
    }

    static void aScopeOfAnotherTaskCanBeCancelledAndStopsThatBlockOnly(World w) {
        var scope = CancelScope.create();
        boolean[] after = {false};
        TaskGroup.run(group -> {
            w.go(group, "child", () -> {
                scope.run(AnyIO::sleepForever);
                AnyIO.checkpoint();
                after[0] = true;
            });
            w.dawdle(3);
            scope.cancel();
            AnyIO.checkpoint();
        });
        w.expect(after[0] && scope.cancelledCaught(), "the wrong part was cancelled");
    }

    // ---- shields ----

    static void aShieldKeepsTheOutsideAwayUntilItIsLeft(World w) {
        boolean[] done = {false};
        var scope = Timeouts.moveOnAfter(World.ms(2), () -> {
            CancelScope.shielded(() -> {
                AnyIO.sleep(World.ms(5));
                AnyIO.checkpoint();
                done[0] = true;
            });
            AnyIO.checkpoint();
            w.fail("it went on");
        });
        w.expect(done[0] && scope.cancelledCaught(), "the shield was broken");
    }

    static void threeShieldsDeepTheNearestCancelledScopeCounts(World w) {
        List<String> steps = new ArrayList<>();
        var outer = CancelScope.create();
        var middle = CancelScope.create();
        outer.run(() -> {
            outer.cancel();
            CancelScope.shielded(() -> {
                steps.add("in the first shield");
                AnyIO.checkpoint();
                middle.run(() -> {
                    middle.cancel();
                    CancelScope.shielded(() -> {
                        AnyIO.checkpoint();
                        steps.add("in the second shield");
                    });
                    AnyIO.checkpoint();
                    steps.add("too far in the middle");
                });
                AnyIO.checkpoint();
                steps.add("back in the first shield");
            });
            steps.add("outside");
            AnyIO.checkpoint();
            steps.add("too far outside");
        });
        w.equal(
                steps,
                List.of("in the first shield", "in the second shield", "back in the first shield", "outside"),
                "the steps");
        w.expect(middle.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void aShieldBelowAShieldThatIsLoweredStillHolds(World w) {
        boolean[] done = {false};
        var upper = CancelScope.create().setShield(true);
        TaskGroup.run(group -> {
            w.go(
                    group,
                    "shielded",
                    () -> upper.run(() -> CancelScope.shielded(() -> {
                        AnyIO.sleep(World.ms(3));
                        done[0] = true;
                    })));
            AnyIO.sleep(World.ms(1));
            group.cancel();
            upper.setShield(false);
        });
        w.expect(done[0], "the inner shield was broken");
    }

    static void aShieldThatIsRaisedInTimeHolds(World w) {
        boolean[] done = {false};
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            w.go(
                    group,
                    "worker",
                    () -> scope.run(() -> {
                        AnyIO.sleep(World.ms(3));
                        done[0] = true;
                    }));
            AnyIO.sleep(World.ms(1));
            scope.setShield(true);
            group.cancel();
            World.settle();
            w.expect(scope.isShielded() && !done[0], "not as it should be");
            if (w.flip()) {
                scope.setShield(false);
                World.settle();
                w.expect(w.now() == 1, "waited too long");
            }
        });
        w.equal(w.now(), done[0] ? 3L : 1L, "the time");
    }

    static void loweringAShieldWakesTheGroupsBelowIt(World w) {
        int[] cancelled = {0};
        var shield = CancelScope.create().setShield(true);
        TaskGroup.run(group -> {
            w.go(
                    group,
                    "host",
                    () -> shield.run(() -> TaskGroup.run(inner -> {
                        for (int i = 0; i < 3; i++) {
                            w.go(inner, "child" + i, () -> {
                                try {
                                    AnyIO.sleepForever();
                                } finally {
                                    cancelled[0]++;
                                }
                            });
                        }
                    })));
            AnyIO.sleep(World.ms(1));
            group.cancel();
            World.settle();
            w.equal(cancelled[0], 0, "cancelled below the shield");
            shield.setShield(false);
        });
        w.equal(cancelled[0], 3, "cancelled after the shield was lowered");
    }

    static void theShieldOfASiblingScopeDoesNotCount(World w) {
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            CancelScope.shielded(AnyIO::checkpoint);
            w.go(group, "child", () -> cancelled[0] = World.cancelled(AnyIO::sleepForever));
            group.cancel();
            CancelScope.shielded(AnyIO::checkpoint);
        });
        w.expect(cancelled[0], "the child was not cancelled");
    }

    static void shieldedChildrenAreAwaitedByACancelledGroup(World w) {
        List<String> done = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                w.go(
                        group,
                        "child" + i,
                        () -> CancelScope.shielded(() -> {
                            AnyIO.sleep(World.ms(1 + number));
                            done.add("child" + number);
                        }));
            }
            AnyIO.cancelShieldedCheckpoint();
            World.settle();
            group.cancel();
        });
        w.equal(done, List.of("child0", "child1", "child2"), "what was done");
        w.equal(w.now(), 3L, "the time");
    }

    static void aGroupInAShieldInATimeOutInACancelledGroup(World w) {
        List<String> steps = new ArrayList<>();
        TaskGroup.run(outer -> {
            w.go(outer, "host", () -> {
                var timeOut = Timeouts.moveOnAfter(
                        World.ms(4),
                        () -> CancelScope.shielded(() -> {
                            TaskGroup.run(inner -> {
                                w.go(inner, "a", () -> AnyIO.sleep(World.ms(8)));
                                w.go(inner, "b", () -> {
                                    AnyIO.sleep(World.ms(6));
                                    steps.add("b");
                                });
                            });
                            steps.add("group");
                        }));
                w.expect(timeOut.cancelCalled() && !timeOut.cancelledCaught(), "the time-out says " + timeOut);
                steps.add("left");
                AnyIO.checkpoint();
                steps.add("too far");
            });
            AnyIO.sleep(World.ms(2));
            outer.cancel();
        });
        w.equal(steps, List.of("b", "group", "left"), "the steps");
    }

    static void theEffectiveDeadlineIsTheNearestOneThatIsVisible(World w) {
        w.equal(AnyIO.currentEffectiveDeadline(), Deadline.NEVER, "the deadline outside");
        Timeouts.moveOnAfter(World.ms(10), () -> {
            w.equal(AnyIO.currentEffectiveDeadline(), w.at(10), "the deadline");
            Timeouts.moveOnAfter(World.ms(20), () -> w.equal(AnyIO.currentEffectiveDeadline(), w.at(10), "below"));
            Timeouts.moveOnAfter(World.ms(5), () -> w.equal(AnyIO.currentEffectiveDeadline(), w.at(5), "nearer"));
            CancelScope.shielded(() -> {
                w.equal(AnyIO.currentEffectiveDeadline(), Deadline.NEVER, "the deadline in a shield");
                Timeouts.moveOnAfter(
                        World.ms(30), () -> w.equal(AnyIO.currentEffectiveDeadline(), w.at(30), "in a shield"));
            });
            CancelScope.open(scope -> {
                scope.cancel();
                w.equal(AnyIO.currentEffectiveDeadline(), Deadline.PAST, "the deadline in a cancelled scope");
                CancelScope.open(_ -> w.equal(AnyIO.currentEffectiveDeadline(), Deadline.PAST, "below one"));
                CancelScope.shielded(
                        () -> w.equal(AnyIO.currentEffectiveDeadline(), Deadline.NEVER, "in a shield below one"));
            });
        });
    }

    static void aFailureInAShieldOfACancelledGroupComesOut(World w) {
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    w.go(
                            group,
                            "child",
                            () -> CancelScope.shielded(() -> {
                                AnyIO.sleep(World.ms(2));
                                throw new IllegalArgumentException("shielded");
                            }));
                    AnyIO.sleep(World.ms(1));
                    group.cancel();
                }));
        w.equal(GroupScenarios.shape(failures), "[shielded]", "what came out");
    }
}
