package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.EngineProbe;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sleeping, deadlines that expire, and deadlines that move. */
final class DeadlineScenarios {
    private DeadlineScenarios() {}

    static void sleepersWakeInTheOrderOfTheirTimes(World w) {
        List<Integer> woken = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 20; i++) {
                int delay = w.pick(1000);
                w.go(group, "sleeper" + i, () -> {
                    AnyIO.sleep(World.ms(delay));
                    w.equal(w.now(), (long) delay, "the time");
                    woken.add(delay);
                });
            }
        });
        w.equal(woken, woken.stream().sorted().toList(), "the order");
        w.equal(woken.size(), 20, "sleepers that woke");
    }

    static void deadlinesOfManyScopesMoveBackAndForth(World w) {
        List<Long> fired = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 15; i++) {
                List<Integer> moves = new ArrayList<>();
                for (int m = w.pick(4); m >= 0; m--) {
                    moves.add(20 + w.pick(100));
                }
                w.go(group, "scope" + i, () -> {
                    Timeouts.moveOnAfter(World.ms(20 + w.pick(100)), scope -> {
                        for (int to : moves) {
                            AnyIO.sleep(World.ms(w.pick(3)));
                            scope.setDeadline(w.at(to));
                        }
                        AnyIO.sleepForever();
                    });
                    w.equal(w.now(), (long) moves.getLast(), "the time");
                    fired.add(w.now());
                });
            }
        });
        w.equal(fired, fired.stream().sorted().toList(), "the order");
    }

    static void manyTimersAreDroppedInAnyOrder(World w) {
        int[] timedOut = {0};
        int[] inTime = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 30; i++) {
                int patience = 1 + 2 * w.pick(20);
                int work = 2 * w.pick(20);
                w.go(group, "task" + i, () -> {
                    var scope = Timeouts.moveOnAfter(World.ms(patience), () -> AnyIO.sleep(World.ms(work)));
                    w.equal(scope.cancelledCaught(), patience < work, "whether it timed out");
                    w.equal(w.now(), (long) Math.min(patience, work), "the time");
                    (scope.cancelledCaught() ? timedOut : inTime)[0]++;
                });
            }
        });
        w.equal(timedOut[0] + inTime[0], 30, "tasks");
    }

    static void theFirstDeadlineAtTheSameMomentIsTheFirstThatWasSet(World w) {
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
            World.settle();
            scopes.forEach(scope -> scope.setDeadline(w.at(5)));
        }));
        w.equal(told.size(), 6, "scopes that expired");
        w.equal(w.now(), 5L, "the time");
        scopes.forEach(scope -> w.equal(scope.cancelReason(), Optional.of("deadline exceeded"), "the reason"));
    }

    static void aSleepThatEndsBeforeADeadlineOfTheSameMomentIsNotCancelled(World w) {
        boolean sleepFirst = w.flip();
        boolean[] slept = {false};
        var scope = CancelScope.create();
        scope.run(() -> {
            if (!sleepFirst) {
                scope.setDeadline(w.at(5));
                AnyIO.sleepUntil(w.at(5));
            } else {
                TaskGroup.run(group -> {
                    group.startSoon(TaskOptions.named("sleeper"), () -> {
                        AnyIO.sleepUntil(w.at(5));
                        slept[0] = true;
                    });
                    World.settle();
                    scope.setDeadline(w.at(5));
                });
            }
            AnyIO.checkpoint();
        });
        w.equal(slept[0], sleepFirst, "whether the sleep came to its end");
        w.expect(scope.cancelledCaught(), "the deadline did not expire");
    }

    static void aDeadlineInThePastCancelsAtTheFirstCheckpointAndNotBefore(World w) {
        for (Deadline past : List.of(Deadline.PAST, w.at(-5), w.at(0))) {
            boolean[] begun = {false};
            var scope = Timeouts.moveOnAt(past, () -> {
                begun[0] = true;
                AnyIO.checkpoint();
                w.fail("it went on");
            });
            w.expect(begun[0] && scope.cancelledCaught(), "the scope says " + scope);
        }
        w.expectThrown(TimedOutException.class, () -> Timeouts.failAfter(World.ms(0), AnyIO::checkpoint));
        Timeouts.failAfter(World.ms(0), () -> w.note("no checkpoint, no time-out"));
    }

    static void noDeadlineNeverExpires(World w) {
        var scope = Timeouts.moveOnAt(Deadline.NEVER, () -> AnyIO.sleep(java.time.Duration.ofDays(4000)));
        w.expect(!scope.cancelCalled(), "it has expired");
        scope.setDeadline(Deadline.PAST);
        w.expect(!scope.cancelCalled(), "a scope that was left was cancelled by its deadline");
    }

    static void aDeadlineThatIsTakenAwayDoesNotExpire(World w) {
        var scope = Timeouts.moveOnAfter(World.ms(5), mine -> {
            AnyIO.sleep(World.ms(w.pick(5)));
            mine.setDeadline(Deadline.NEVER);
            for (String left : EngineProbe.leftovers()) {
                w.expect(!left.contains("deadline on"), "there is left " + left);
            }
            AnyIO.sleep(World.ms(20));
        });
        w.expect(!scope.cancelCalled(), "it has expired");
    }

    static void aDeadlineMovedLaterByAnotherTaskExpiresLater(World w) {
        var scope = CancelScope.create();
        scope.setDeadline(w.at(5));
        TaskGroup.run(group -> {
            w.go(group, "worker", () -> {
                scope.run(AnyIO::sleepForever);
                w.equal(w.now(), 12L, "the time");
            });
            AnyIO.sleep(World.ms(3));
            scope.setDeadline(w.at(12));
            w.equal(scope.deadline(), w.at(12), "the deadline");
            AnyIO.sleep(World.ms(4));
            w.expect(!scope.cancelCalled(), "it has expired at its old time");
        });
        w.expect(scope.cancelledCaught(), "it has not expired");
    }

    static void aDeadlineMovedAfterACancellationHasNoEffect(World w) {
        var scope = CancelScope.open(mine -> {
            mine.cancel("by hand");
            mine.setDeadline(w.at(-1));
            mine.setDeadline(Deadline.NEVER);
            AnyIO.checkpoint();
        });
        w.equal(scope.cancelReason(), Optional.of("by hand"), "the reason");
        w.expect(scope.cancelledCaught(), "it was not caught");
    }

    static void aDeadlineSetInsideAWaitForAConditionExpires(World w) {
        var condition = w.condition();
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            w.go(group, "waiter", () -> scope.run(() -> condition.run(condition::await)));
            AnyIO.sleep(World.ms(1));
            scope.setDeadline(w.at(9));
            AnyIO.sleep(World.ms(1));
            scope.setDeadline(w.at(3));
        });
        w.equal(w.now(), 3L, "the time");
        w.expect(scope.cancelledCaught(), "it has not expired");
    }

    static void aTimeOutIsNotACancellationByHand(World w) {
        boolean byHand = w.flip();
        boolean timedOut = false;
        try {
            Timeouts.failAfter(World.ms(5), scope -> {
                if (byHand) {
                    AnyIO.sleep(World.ms(4));
                    scope.cancel();
                }
                try {
                    AnyIO.sleepForever();
                } finally {
                    CancelScope.shielded(() -> AnyIO.sleep(World.ms(10)));
                }
            });
        } catch (TimedOutException expected) {
            timedOut = true;
        }
        w.equal(timedOut, !byHand, "whether it is a time-out");
    }

    static void anOuterCancellationThroughATimeOutIsNoTimeOut(World w) {
        var outer = Timeouts.moveOnAfter(
                World.ms(2),
                () -> Timeouts.failAfter(World.ms(9), () -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        CancelScope.shielded(() -> AnyIO.sleep(World.ms(20)));
                    }
                }));
        w.expect(outer.cancelledCaught(), "the outer one did not catch");
        w.equal(w.now(), 22L, "the time");
    }

    static void aTimeOutInAShieldOfACancelledGroupIsAMemberOfItsFailures(World w) {
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    w.go(
                            group,
                            "child",
                            () -> CancelScope.shielded(
                                    () -> Timeouts.failAfter(World.ms(5), "too slow", AnyIO::sleepForever)));
                    w.dawdle(1);
                    World.settle();
                    group.cancel();
                }));
        w.equal(GroupScenarios.shape(failures), "[too slow]", "what came out");
        w.equal(w.now(), 5L, "the time");
    }

    static void aTimeOutAroundAGroupCancelsAllAndIsOne(World w) {
        int[] cancelled = {0};
        w.expectThrown(
                TimedOutException.class,
                () -> Timeouts.failAfter(
                        World.ms(3),
                        () -> TaskGroup.run(group -> {
                            for (int i = 0; i < 3; i++) {
                                w.go(group, "child" + i, () -> {
                                    try {
                                        AnyIO.sleepForever();
                                    } finally {
                                        cancelled[0]++;
                                    }
                                });
                            }
                            AnyIO.sleepForever();
                        })));
        w.equal(cancelled[0], 3, "cancelled children");
        AnyIO.checkpoint();
    }

    static void theInnerOfTwoTimeOutsFiresAlone(World w) {
        boolean innerFirst = w.flip();
        CancelScope[] inner = new CancelScope[1];
        var outer = Timeouts.moveOnAfter(World.ms(innerFirst ? 9 : 3), () -> {
            inner[0] = Timeouts.moveOnAfter(World.ms(5), scope -> {
                inner[0] = scope;
                AnyIO.sleepForever();
            });
        });
        w.equal(inner[0].cancelledCaught(), innerFirst, "whether the inner one caught");
        w.equal(inner[0].cancelCalled(), innerFirst, "whether the inner one expired");
        w.equal(outer.cancelledCaught(), !innerFirst, "whether the outer one caught");
        w.equal(w.now(), innerFirst ? 5L : 3L, "the time");
    }

    static void aTimeOutGivesTheOtherValue(World w) {
        boolean late = w.flip();
        String got = Timeouts.moveOnAfter(World.ms(5), "otherwise", () -> {
            AnyIO.sleep(World.ms(late ? 6 : 4));
            return "value";
        });
        w.equal(got, late ? "otherwise" : "value", "the value");
        w.equal(Timeouts.failAfter(World.ms(5), () -> "value"), "value", "the value");
    }

    static void pollingWithTimeOutsLosesNothing(World w) {
        var stream = w.<Integer>stream(w.pick(3));
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            w.go(group, "producer", () -> {
                try (var send = stream.sender()) {
                    for (int i = 0; i < 10; i++) {
                        AnyIO.sleep(w.upTo(4));
                        send.send(i);
                    }
                }
            });
            while (got.size() < 10) {
                int before = got.size();
                Timeouts.moveOnAfter(
                        World.ms(1 + w.pick(2)), () -> got.add(stream.receiver().receive()));
                w.expect(got.size() <= before + 1, "two at once");
            }
        });
        w.equal(got, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), "the items");
    }

    static void sleepForNoTimeLetsOthersRun(World w) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            w.go(group, "other", () -> {
                for (int i = 0; i < 30; i++) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 30; i++) {
                AnyIO.sleep(w.flip() ? World.ms(0) : World.ms(-1));
            }
            w.expect(ran[0] > 0, "nobody ran");
        });
        w.equal(w.now(), 0L, "the time");
    }

    static void aTaskThatIgnoresItsCancellationCausesNoHurry(World w) {
        TaskGroup.run(group -> {
            w.go(group, "deaf", () -> CancelScope.shielded(() -> AnyIO.sleep(World.ms(10_000))));
            AnyIO.sleep(World.ms(1));
            group.cancel();
        });
        w.equal(w.now(), 10_000L, "the time");
    }
}
