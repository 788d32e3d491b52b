package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.internal.EngineProbe;
import io.anyio.lowlevel.Suspension;
import io.anyio.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sleeping, deadlines that expire, and deadlines that move. */
final class DeadlineScenarios {
    private DeadlineScenarios() {}

    static void sleepersWakeInTheOrderOfTheirTimes(ScenarioContext ctx) {
        List<Integer> woken = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 20; i++) {
                int delay = ctx.pick(1000);
                ctx.go(group, "sleeper" + i, () -> {
                    AnyIO.sleep(ScenarioContext.ms(delay));
                    ctx.equal(ctx.now(), (long) delay, "the time");
                    woken.add(delay);
                });
            }
        });
        ctx.equal(woken, woken.stream().sorted().toList(), "the order");
        ctx.equal(woken.size(), 20, "sleepers that woke");
    }

    static void deadlinesOfManyScopesMoveBackAndForth(ScenarioContext ctx) {
        List<Long> fired = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 15; i++) {
                List<Integer> moves = new ArrayList<>();
                for (int m = ctx.pick(4); m >= 0; m--) {
                    moves.add(20 + ctx.pick(100));
                }
                ctx.go(group, "scope" + i, () -> {
                    Timeouts.moveOnAfter(ScenarioContext.ms(20 + ctx.pick(100)), scope -> {
                        for (int to : moves) {
                            AnyIO.sleep(ScenarioContext.ms(ctx.pick(3)));
                            scope.setDeadline(ctx.at(to));
                        }
                        AnyIO.sleepForever();
                    });
                    ctx.equal(ctx.now(), (long) moves.getLast(), "the time");
                    fired.add(ctx.now());
                });
            }
        });
        ctx.equal(fired, fired.stream().sorted().toList(), "the order");
    }

    static void manyTimersAreDroppedInAnyOrder(ScenarioContext ctx) {
        int[] timedOut = {0};
        int[] inTime = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 30; i++) {
                int patience = 1 + 2 * ctx.pick(20);
                int work = 2 * ctx.pick(20);
                ctx.go(group, "task" + i, () -> {
                    var scope = Timeouts.moveOnAfter(
                            ScenarioContext.ms(patience), () -> AnyIO.sleep(ScenarioContext.ms(work)));
                    ctx.equal(scope.cancelledCaught(), patience < work, "whether it timed out");
                    ctx.equal(ctx.now(), (long) Math.min(patience, work), "the time");
                    (scope.cancelledCaught() ? timedOut : inTime)[0]++;
                });
            }
        });
        ctx.equal(timedOut[0] + inTime[0], 30, "tasks");
    }

    static void theFirstDeadlineAtTheSameMomentIsTheFirstThatWasSet(ScenarioContext ctx) {
        List<Integer> told = new ArrayList<>();
        List<CancelScope> scopes = new ArrayList<>();
        CancelScope.open(_ -> TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                int number = i;
                var scope = CancelScope.create();
                scopes.add(scope);
                group.startSoon(
                        TaskOptions.named("child" + i),
                        () -> scope.run(() -> {
                            try {
                                AnyIO.sleepForever();
                            } catch (Cancelled c) {
                                told.add(number);
                                throw c;
                            }
                        }));
            }
            ScenarioContext.settle();
            scopes.forEach(scope -> scope.setDeadline(ctx.at(5)));
        }));
        ctx.equal(told.size(), 6, "scopes that expired");
        ctx.equal(ctx.now(), 5L, "the time");
        scopes.forEach(scope -> ctx.equal(scope.cancelReason(), Optional.of("deadline exceeded"), "the reason"));
    }

    static void aSleepThatEndsBeforeADeadlineOfTheSameMomentIsNotCancelled(ScenarioContext ctx) {
        boolean sleepFirst = ctx.flip();
        boolean[] slept = {false};
        var scope = CancelScope.create();
        scope.run(() -> {
            if (!sleepFirst) {
                scope.setDeadline(ctx.at(5));
                AnyIO.sleepUntil(ctx.at(5));
            } else {
                TaskGroup.run(group -> {
                    group.startSoon(TaskOptions.named("sleeper"), () -> {
                        AnyIO.sleepUntil(ctx.at(5));
                        slept[0] = true;
                    });
                    ScenarioContext.settle();
                    scope.setDeadline(ctx.at(5));
                });
            }
            AnyIO.checkpoint();
        });
        ctx.equal(slept[0], sleepFirst, "whether the sleep came to its end");
        ctx.expect(scope.cancelledCaught(), "the deadline did not expire");
    }

    static void aDeadlineInThePastCancelsAtTheFirstCheckpointAndNotBefore(ScenarioContext ctx) {
        for (Deadline past : List.of(Deadline.PAST, ctx.at(-5), ctx.at(0))) {
            boolean[] begun = {false};
            var scope = Timeouts.moveOnAt(past, () -> {
                begun[0] = true;
                AnyIO.checkpoint();
                ctx.fail("it went on");
            });
            ctx.expect(begun[0] && scope.cancelledCaught(), "the scope says " + scope);
        }
        ctx.expectThrown(TimedOutException.class, () -> Timeouts.failAfter(ScenarioContext.ms(0), AnyIO::checkpoint));
        Timeouts.failAfter(ScenarioContext.ms(0), () -> ctx.note("no checkpoint, no time-out"));
    }

    static void noDeadlineNeverExpires(ScenarioContext ctx) {
        var scope = Timeouts.moveOnAt(Deadline.NEVER, () -> AnyIO.sleep(Duration.ofDays(4000)));
        ctx.expect(!scope.cancelCalled(), "it has expired");
        scope.setDeadline(Deadline.PAST);
        ctx.expect(!scope.cancelCalled(), "a scope that was left was cancelled by its deadline");
    }

    static void aDeadlineThatIsTakenAwayDoesNotExpire(ScenarioContext ctx) {
        var scope = Timeouts.moveOnAfter(ScenarioContext.ms(5), mine -> {
            AnyIO.sleep(ScenarioContext.ms(ctx.pick(5)));
            mine.setDeadline(Deadline.NEVER);
            for (String left : EngineProbe.leftovers()) {
                ctx.expect(!left.contains("deadline on"), "there is left " + left);
            }
            AnyIO.sleep(ScenarioContext.ms(20));
        });
        ctx.expect(!scope.cancelCalled(), "it has expired");
    }

    static void aDeadlineMovedLaterByAnotherTaskExpiresLater(ScenarioContext ctx) {
        var scope = CancelScope.create();
        scope.setDeadline(ctx.at(5));
        TaskGroup.run(group -> {
            ctx.go(group, "worker", () -> {
                scope.run(AnyIO::sleepForever);
                ctx.equal(ctx.now(), 12L, "the time");
            });
            AnyIO.sleep(ScenarioContext.ms(3));
            scope.setDeadline(ctx.at(12));
            ctx.equal(scope.deadline(), ctx.at(12), "the deadline");
            AnyIO.sleep(ScenarioContext.ms(4));
            ctx.expect(!scope.cancelCalled(), "it has expired at its old time");
        });
        ctx.expect(scope.cancelledCaught(), "it has not expired");
    }

    static void aDeadlineMovedAfterACancellationHasNoEffect(ScenarioContext ctx) {
        var scope = CancelScope.open(mine -> {
            mine.cancel("by hand");
            mine.setDeadline(ctx.at(-1));
            mine.setDeadline(Deadline.NEVER);
            AnyIO.checkpoint();
        });
        ctx.equal(scope.cancelReason(), Optional.of("by hand"), "the reason");
        ctx.expect(scope.cancelledCaught(), "it was not caught");
    }

    static void aDeadlineSetInsideAWaitForAConditionExpires(ScenarioContext ctx) {
        var condition = ctx.condition();
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            ctx.go(group, "waiter", () -> scope.run(() -> condition.run(condition::await)));
            AnyIO.sleep(ScenarioContext.ms(1));
            scope.setDeadline(ctx.at(9));
            AnyIO.sleep(ScenarioContext.ms(1));
            scope.setDeadline(ctx.at(3));
        });
        ctx.equal(ctx.now(), 3L, "the time");
        ctx.expect(scope.cancelledCaught(), "it has not expired");
    }

    static void aTimeOutIsNotACancellationByHand(ScenarioContext ctx) {
        boolean byHand = ctx.flip();
        boolean timedOut = false;
        try {
            Timeouts.failAfter(ScenarioContext.ms(5), scope -> {
                if (byHand) {
                    AnyIO.sleep(ScenarioContext.ms(4));
                    scope.cancel();
                }
                try {
                    AnyIO.sleepForever();
                } finally {
                    CancelScope.shielded(() -> AnyIO.sleep(ScenarioContext.ms(10)));
                }
            });
        } catch (TimedOutException expected) {
            timedOut = true;
        }
        ctx.equal(timedOut, !byHand, "whether it is a time-out");
    }

    static void anOuterCancellationThroughATimeOutIsNoTimeOut(ScenarioContext ctx) {
        var outer = Timeouts.moveOnAfter(
                ScenarioContext.ms(2),
                () -> Timeouts.failAfter(ScenarioContext.ms(9), () -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        CancelScope.shielded(() -> AnyIO.sleep(ScenarioContext.ms(20)));
                    }
                }));
        ctx.expect(outer.cancelledCaught(), "the outer one did not catch");
        ctx.equal(ctx.now(), 22L, "the time");
    }

    static void aTimeOutInAShieldOfACancelledGroupIsAMemberOfItsFailures(ScenarioContext ctx) {
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    ctx.go(
                            group,
                            "child",
                            () -> CancelScope.shielded(
                                    () -> Timeouts.failAfter(ScenarioContext.ms(5), "too slow", AnyIO::sleepForever)));
                    ctx.dawdle(1);
                    ScenarioContext.settle();
                    group.cancel();
                }));
        ctx.equal(GroupScenarios.shape(failures), "[too slow]", "what came out");
        ctx.equal(ctx.now(), 5L, "the time");
    }

    static void aTimeOutAroundAGroupCancelsAllAndIsOne(ScenarioContext ctx) {
        int[] cancelled = {0};
        ctx.expectThrown(
                TimedOutException.class,
                () -> Timeouts.failAfter(
                        ScenarioContext.ms(3),
                        () -> TaskGroup.run(group -> {
                            for (int i = 0; i < 3; i++) {
                                ctx.go(group, "child" + i, () -> {
                                    try {
                                        AnyIO.sleepForever();
                                    } finally {
                                        cancelled[0]++;
                                    }
                                });
                            }
                            AnyIO.sleepForever();
                        })));
        ctx.equal(cancelled[0], 3, "cancelled children");
        AnyIO.checkpoint();
    }

    static void theInnerOfTwoTimeOutsFiresAlone(ScenarioContext ctx) {
        boolean innerFirst = ctx.flip();
        CancelScope[] inner = new CancelScope[1];
        var outer = Timeouts.moveOnAfter(ScenarioContext.ms(innerFirst ? 9 : 3), () -> {
            inner[0] = Timeouts.moveOnAfter(ScenarioContext.ms(5), scope -> {
                inner[0] = scope;
                AnyIO.sleepForever();
            });
        });
        ctx.equal(inner[0].cancelledCaught(), innerFirst, "whether the inner one caught");
        ctx.equal(inner[0].cancelCalled(), innerFirst, "whether the inner one expired");
        ctx.equal(outer.cancelledCaught(), !innerFirst, "whether the outer one caught");
        ctx.equal(ctx.now(), innerFirst ? 5L : 3L, "the time");
    }

    static void aTimeOutGivesTheOtherValue(ScenarioContext ctx) {
        boolean late = ctx.flip();
        String got = Timeouts.moveOnAfter(ScenarioContext.ms(5), "otherwise", () -> {
            AnyIO.sleep(ScenarioContext.ms(late ? 6 : 4));
            return "value";
        });
        ctx.equal(got, late ? "otherwise" : "value", "the value");
        ctx.equal(Timeouts.failAfter(ScenarioContext.ms(5), () -> "value"), "value", "the value");
    }

    static void pollingWithTimeOutsLosesNothing(ScenarioContext ctx) {
        var stream = ctx.<Integer>stream(ctx.pick(3));
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            ctx.go(group, "producer", () -> {
                try (var send = stream.sender()) {
                    for (int i = 0; i < 10; i++) {
                        AnyIO.sleep(ctx.upTo(4));
                        send.send(i);
                    }
                }
            });
            while (got.size() < 10) {
                int before = got.size();
                Timeouts.moveOnAfter(
                        ScenarioContext.ms(1 + ctx.pick(2)),
                        () -> got.add(stream.receiver().receive()));
                ctx.expect(got.size() <= before + 1, "two at once");
            }
        });
        ctx.equal(got, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), "the items");
    }

    /** Otherwise a scope between them, which was cancelled by hand, would catch what the outer one should. */
    static void scopesThatShareADeadlineExpireTogetherAroundACancelledOne(ScenarioContext ctx) {
        Deadline shared = Deadline.after(Duration.ofNanos(1 + ctx.pick(1_000)));
        Timeouts.moveOnAt(shared, () -> {
            CancelScope.open(between -> {
                between.cancel();
                Simulation.work(Duration.ofNanos(1_000 + ctx.pick(1_000)));
                Timeouts.moveOnAt(shared, () -> Suspension.create("wait").await());
            });
            ctx.fail("the scope between has caught what the outer one, with the same deadline, should");
        });
    }

    static void scopesOfTasksOfOtherLoopsThatShareADeadlineExpireTogether(ScenarioContext ctx) {
        Deadline shared = Deadline.after(ScenarioContext.ms(5));
        var outer = Timeouts.moveOnAt(
                shared,
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 3; i++) {
                        ctx.go(group, "child" + i, () -> {
                            Timeouts.moveOnAt(shared, AnyIO::sleepForever);
                            ctx.fail("the inner scope has caught what the outer one, with the same deadline, should");
                        });
                    }
                }));
        ctx.expect(outer.cancelledCaught(), "the outer scope has not caught it");
    }

    static void aBusyTaskOnAnotherLoopNoticesThatItsDeadlineHasPassed(ScenarioContext ctx) {
        boolean[] went = {false};
        var scope = Timeouts.moveOnAfter(
                ScenarioContext.ms(5),
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 3; i++) {
                        ctx.go(group, "busy" + i, () -> {
                            Simulation.work(ScenarioContext.ms(6));
                            AnyIO.checkpointIfCancelled();
                            went[0] = true;
                        });
                    }
                }));
        ctx.expect(scope.cancelledCaught() && !went[0], "a task passed a checkpoint behind its deadline");
    }

    static void sleepForNoTimeLetsOthersRun(ScenarioContext ctx) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "other", () -> {
                for (int i = 0; i < 30; i++) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 30; i++) {
                AnyIO.sleep(ctx.flip() ? ScenarioContext.ms(0) : ScenarioContext.ms(-1));
            }
            ctx.expect(ran[0] > 0, "no task ran");
        });
        ctx.equal(ctx.now(), 0L, "the time");
    }

    static void aTaskThatIgnoresItsCancellationCausesNoHurry(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            ctx.go(group, "deaf", () -> CancelScope.shielded(() -> AnyIO.sleep(ScenarioContext.ms(10_000))));
            AnyIO.sleep(ScenarioContext.ms(1));
            group.cancel();
        });
        ctx.equal(ctx.now(), 10_000L, "the time");
    }
}
