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

    static void aCancelledScopeTellsAtEveryCheckpoint(ScenarioContext ctx) {
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            var inside = ctx.event();
            ctx.go(
                    group,
                    "stubborn",
                    () -> scope.run(() -> {
                        inside.set();
                        for (int i = 0; i < 4; i++) {
                            ctx.expectCancelled("sleepForever", AnyIO::sleepForever);
                            ctx.expectCancelled("checkpoint", AnyIO::checkpoint);
                            ctx.expectCancelled("checkpointIfCancelled", AnyIO::checkpointIfCancelled);
                            ctx.expectCancelled("sleep for no time", () -> AnyIO.sleep(ScenarioContext.ms(0)));
                            ctx.expectCancelled("sleepUntil the past", () -> AnyIO.sleepUntil(ctx.at(-1)));
                            AnyIO.cancelShieldedCheckpoint();
                        }
                        AnyIO.checkpoint();
                    }));
            inside.await();
            ctx.dawdle(2);
            scope.cancel();
        });
        ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        ctx.equal(ctx.now(), 0L, "the time");
    }

    static void aScopeCancelledBeforeItIsEnteredCancelsAtTheFirstCheckpoint(ScenarioContext ctx) {
        boolean[] begun = {false};
        var scope = CancelScope.create();
        scope.cancel("early");
        scope.run(() -> {
            begun[0] = true;
            AnyIO.checkpoint();
            ctx.fail("it went on");
        });
        ctx.expect(begun[0] && scope.cancelledCaught(), "it did not begin, or was not caught");
        ctx.equal(scope.cancelReason(), Optional.of("early"), "the reason");
    }

    static void withoutACheckpointNothingIsCaught(ScenarioContext ctx) {
        var scope = CancelScope.open(CancelScope::cancel);
        ctx.expect(scope.cancelCalled() && !scope.cancelledCaught(), "the scope says " + scope);
        AnyIO.checkpoint();
    }

    static void theOuterOfTwoCancelledScopesCatches(ScenarioContext ctx) {
        boolean[] between = {false};
        var outer = CancelScope.create();
        var inner = CancelScope.create();
        outer.run(() -> {
            inner.run(() -> {
                if (ctx.flip()) {
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
        ctx.expect(!between[0] && !inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void ofCancelledScopesTheOutermostCatchesAlsoAroundOneThatIsNot(ScenarioContext ctx) {
        boolean[] between = {false};
        var outer = CancelScope.create();
        var inner = CancelScope.create();
        outer.run(() -> {
            CancelScope.open(middle -> {
                inner.run(() -> {
                    (ctx.flip() ? outer : inner).cancel();
                    outer.cancel();
                    inner.cancel();
                    AnyIO.checkpoint();
                });
                between[0] = true;
            });
            between[0] = true;
        });
        ctx.expect(!between[0] && !inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void theOuterScopeCatchesAlsoWhenItIsCancelledDuringTheUnwinding(ScenarioContext ctx) {
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
        ctx.expect(!between[0] && !inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void aShieldedInnerScopeCatchesItself(ScenarioContext ctx) {
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
            ctx.fail("it went on");
        });
        ctx.expect(between[0] && inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void afterAScopeIsLeftItsCancellationIsOver(ScenarioContext ctx) {
        for (int i = 0; i < 3; i++) {
            var scope = CancelScope.open(mine -> {
                mine.cancel();
                AnyIO.checkpoint();
            });
            ctx.expect(scope.cancelledCaught(), "the scope did not catch");
            ctx.dawdle(2);
            AnyIO.checkpoint();
        }
    }

    static void failuresPassThroughACancelledScopeUnchanged(ScenarioContext ctx) {
        var scope = CancelScope.create();
        var thrown = ctx.expectThrown(
                IllegalArgumentException.class,
                () -> scope.run(() -> {
                    scope.cancel();
                    ScenarioContext.cancelled(AnyIO::checkpoint);
                    throw new IllegalArgumentException("on purpose");
                }));
        ctx.equal(thrown.getMessage(), "on purpose", "the failure");
        ctx.expect(!scope.cancelledCaught(), "the scope caught a failure");
    }

    static void aCancellationFromElsewherePassesThroughAScopeThatIsNotCancelled(ScenarioContext ctx) {
        var outer = CancelScope.create();
        var inner = CancelScope.create();
        outer.run(() -> {
            outer.cancel();
            inner.run(AnyIO::checkpoint);
            ctx.fail("it went on");
        });
        ctx.expect(
                !inner.cancelCalled() && !inner.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void theFirstReasonStays(ScenarioContext ctx) {
        var scope = CancelScope.create();
        scope.run(() -> {
            scope.cancel("first");
            scope.cancel("second");
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (Cancelled c) {
                ctx.equal(c.reason(), Optional.of("first"), "the reason");
                ctx.expect(c.getMessage().contains("first"), "the message is " + c.getMessage());
                throw c;
            }
        });
        ctx.equal(scope.cancelReason(), Optional.of("first"), "the reason");
    }

    static void aScopeIsEnteredOnce(ScenarioContext ctx) {
        var scope = CancelScope.create();
        scope.run(() -> ctx.expectThrown(IllegalStateException.class, () -> scope.run(AnyIO::checkpoint)));
        ctx.expectThrown(IllegalStateException.class, () -> scope.run(AnyIO::checkpoint));
    }

    static void aScopeGivesItsValueOrTheOtherOne(ScenarioContext ctx) {
        var good = CancelScope.create();
        ctx.equal(good.call("otherwise", () -> "value"), "value", "the value");
        var bad = CancelScope.create();
        bad.cancel();
        ctx.equal(
                bad.call("otherwise", () -> {
                    AnyIO.checkpoint();
                    return "value";
                }),
                "otherwise",
                "the value");
    }

    static void aScopeOfAnotherTaskCanBeCancelledAndStopsThatBlockOnly(ScenarioContext ctx) {
        var scope = CancelScope.create();
        boolean[] after = {false};
        TaskGroup.run(group -> {
            ctx.go(group, "child", () -> {
                scope.run(AnyIO::sleepForever);
                AnyIO.checkpoint();
                after[0] = true;
            });
            ctx.dawdle(3);
            scope.cancel();
            AnyIO.checkpoint();
        });
        ctx.expect(after[0] && scope.cancelledCaught(), "the wrong part was cancelled");
    }

    // ---- shields ----

    static void aShieldKeepsTheOutsideAwayUntilItIsLeft(ScenarioContext ctx) {
        boolean[] done = {false};
        var scope = Timeouts.moveOnAfter(ScenarioContext.ms(2), () -> {
            CancelScope.shielded(() -> {
                AnyIO.sleep(ScenarioContext.ms(5));
                AnyIO.checkpoint();
                done[0] = true;
            });
            AnyIO.checkpoint();
            ctx.fail("it went on");
        });
        ctx.expect(done[0] && scope.cancelledCaught(), "the shield was broken");
    }

    static void threeShieldsDeepTheNearestCancelledScopeCounts(ScenarioContext ctx) {
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
        ctx.equal(
                steps,
                List.of("in the first shield", "in the second shield", "back in the first shield", "outside"),
                "the steps");
        ctx.expect(middle.cancelledCaught() && outer.cancelledCaught(), "the wrong scope caught");
    }

    static void aShieldBelowAShieldThatIsLoweredStillHolds(ScenarioContext ctx) {
        boolean[] done = {false};
        var upper = CancelScope.create().setShield(true);
        TaskGroup.run(group -> {
            ctx.go(
                    group,
                    "shielded",
                    () -> upper.run(() -> CancelScope.shielded(() -> {
                        AnyIO.sleep(ScenarioContext.ms(3));
                        done[0] = true;
                    })));
            AnyIO.sleep(ScenarioContext.ms(1));
            group.cancel();
            upper.setShield(false);
        });
        ctx.expect(done[0], "the inner shield was broken");
    }

    static void aShieldThatIsRaisedInTimeHolds(ScenarioContext ctx) {
        boolean[] done = {false};
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            ctx.go(
                    group,
                    "worker",
                    () -> scope.run(() -> {
                        AnyIO.sleep(ScenarioContext.ms(3));
                        done[0] = true;
                    }));
            AnyIO.sleep(ScenarioContext.ms(1));
            scope.setShield(true);
            group.cancel();
            ScenarioContext.settle();
            ctx.expect(scope.isShielded() && !done[0], "not as it should be");
            if (ctx.flip()) {
                scope.setShield(false);
                ScenarioContext.settle();
                ctx.expect(ctx.now() == 1, "waited too long");
            }
        });
        ctx.equal(ctx.now(), done[0] ? 3L : 1L, "the time");
    }

    static void loweringAShieldWakesTheGroupsBelowIt(ScenarioContext ctx) {
        int[] cancelled = {0};
        var shield = CancelScope.create().setShield(true);
        TaskGroup.run(group -> {
            ctx.go(
                    group,
                    "host",
                    () -> shield.run(() -> TaskGroup.run(inner -> {
                        for (int i = 0; i < 3; i++) {
                            ctx.go(inner, "child" + i, () -> {
                                try {
                                    AnyIO.sleepForever();
                                } finally {
                                    cancelled[0]++;
                                }
                            });
                        }
                    })));
            AnyIO.sleep(ScenarioContext.ms(1));
            group.cancel();
            ScenarioContext.settle();
            ctx.equal(cancelled[0], 0, "cancelled below the shield");
            shield.setShield(false);
        });
        ctx.equal(cancelled[0], 3, "cancelled after the shield was lowered");
    }

    static void theShieldOfASiblingScopeDoesNotCount(ScenarioContext ctx) {
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            CancelScope.shielded(AnyIO::checkpoint);
            ctx.go(group, "child", () -> cancelled[0] = ScenarioContext.cancelled(AnyIO::sleepForever));
            group.cancel();
            CancelScope.shielded(AnyIO::checkpoint);
        });
        ctx.expect(cancelled[0], "the child was not cancelled");
    }

    static void shieldedChildrenAreAwaitedByACancelledGroup(ScenarioContext ctx) {
        List<String> done = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                ctx.go(
                        group,
                        "child" + i,
                        () -> CancelScope.shielded(() -> {
                            AnyIO.sleep(ScenarioContext.ms(1 + number));
                            done.add("child" + number);
                        }));
            }
            AnyIO.cancelShieldedCheckpoint();
            ScenarioContext.settle();
            group.cancel();
        });
        ctx.equal(done, List.of("child0", "child1", "child2"), "what was done");
        ctx.equal(ctx.now(), 3L, "the time");
    }

    static void aGroupInAShieldInATimeOutInACancelledGroup(ScenarioContext ctx) {
        List<String> steps = new ArrayList<>();
        TaskGroup.run(outer -> {
            ctx.go(outer, "host", () -> {
                var timeOut = Timeouts.moveOnAfter(
                        ScenarioContext.ms(4),
                        () -> CancelScope.shielded(() -> {
                            TaskGroup.run(inner -> {
                                ctx.go(inner, "a", () -> AnyIO.sleep(ScenarioContext.ms(8)));
                                ctx.go(inner, "b", () -> {
                                    AnyIO.sleep(ScenarioContext.ms(6));
                                    steps.add("b");
                                });
                            });
                            steps.add("group");
                        }));
                ctx.expect(timeOut.cancelCalled() && !timeOut.cancelledCaught(), "the time-out says " + timeOut);
                steps.add("left");
                AnyIO.checkpoint();
                steps.add("too far");
            });
            AnyIO.sleep(ScenarioContext.ms(2));
            outer.cancel();
        });
        ctx.equal(steps, List.of("b", "group", "left"), "the steps");
    }

    static void theEffectiveDeadlineIsTheNearestOneThatIsVisible(ScenarioContext ctx) {
        ctx.equal(AnyIO.currentEffectiveDeadline(), Deadline.NEVER, "the deadline outside");
        Timeouts.moveOnAfter(ScenarioContext.ms(10), () -> {
            ctx.equal(AnyIO.currentEffectiveDeadline(), ctx.at(10), "the deadline");
            Timeouts.moveOnAfter(
                    ScenarioContext.ms(20), () -> ctx.equal(AnyIO.currentEffectiveDeadline(), ctx.at(10), "below"));
            Timeouts.moveOnAfter(
                    ScenarioContext.ms(5), () -> ctx.equal(AnyIO.currentEffectiveDeadline(), ctx.at(5), "nearer"));
            CancelScope.shielded(() -> {
                ctx.equal(AnyIO.currentEffectiveDeadline(), Deadline.NEVER, "the deadline in a shield");
                Timeouts.moveOnAfter(
                        ScenarioContext.ms(30),
                        () -> ctx.equal(AnyIO.currentEffectiveDeadline(), ctx.at(30), "in a shield"));
            });
            CancelScope.open(scope -> {
                scope.cancel();
                ctx.equal(AnyIO.currentEffectiveDeadline(), Deadline.PAST, "the deadline in a cancelled scope");
                CancelScope.open(_ -> ctx.equal(AnyIO.currentEffectiveDeadline(), Deadline.PAST, "below one"));
                CancelScope.shielded(
                        () -> ctx.equal(AnyIO.currentEffectiveDeadline(), Deadline.NEVER, "in a shield below one"));
            });
        });
    }

    static void aFailureInAShieldOfACancelledGroupComesOut(ScenarioContext ctx) {
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    ctx.go(
                            group,
                            "child",
                            () -> CancelScope.shielded(() -> {
                                AnyIO.sleep(ScenarioContext.ms(2));
                                throw new IllegalArgumentException("shielded");
                            }));
                    AnyIO.sleep(ScenarioContext.ms(1));
                    group.cancel();
                }));
        ctx.equal(GroupScenarios.shape(failures), "[shielded]", "what came out");
    }
}
