package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskStatus;
import io.anyio.Timeouts;
import java.util.ArrayList;
import java.util.List;

/** Starting a task and waiting for its report, with every way to fail. */
final class StartScenarios {
    private StartScenarios() {}

    private static final class Oops extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Oops(String message) {
            super(message);
        }
    }

    static void theReportedValueComesBackAndTheTaskGoesOn(ScenarioContext ctx) {
        List<String> order = new ArrayList<>();
        TaskGroup.run(group -> {
            String value = group.start(status -> {
                ctx.dawdle(2);
                status.started("ready");
                AnyIO.sleep(ScenarioContext.ms(1));
                order.add("task");
            });
            ctx.equal(value, "ready", "the value");
            order.add("caller");
        });
        ctx.equal(order, List.of("caller", "task"), "the order");
    }

    static void aFailureBeforeTheReportIsTheCallersAlone(ScenarioContext ctx) {
        boolean[] siblingEnded = {false};
        TaskGroup.run(group -> {
            ctx.go(group, "sibling", () -> {
                AnyIO.sleep(ScenarioContext.ms(5));
                siblingEnded[0] = true;
            });
            var thrown = ctx.expectThrown(
                    Oops.class,
                    () -> group.start(_ -> {
                        AnyIO.sleep(ctx.upTo(2));
                        throw new Oops("early");
                    }));
            ctx.equal(thrown.getMessage(), "early", "the failure");
            ctx.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
        ctx.expect(siblingEnded[0], "the sibling was cancelled");
    }

    static void aFailureAfterTheReportIsTheGroups(ScenarioContext ctx) {
        boolean[] went = {false};
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    group.start(status -> {
                        status.started();
                        ctx.dawdle(1);
                        throw new Oops("late");
                    });
                    went[0] = true;
                    AnyIO.sleepForever();
                }));
        ctx.expect(went[0], "start() threw what came after the report");
        ctx.equal(GroupScenarios.shape(failures), "[late]", "what came out");
    }

    static void aTaskThatEndsWithoutAReportIsAnError(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            var thrown =
                    ctx.expectThrown(IllegalStateException.class, () -> group.start(_ -> AnyIO.sleep(ctx.upTo(2))));
            ctx.expect(thrown.getMessage().contains("started()"), "the message is " + thrown.getMessage());
            AnyIO.checkpoint();
        });
    }

    static void aSecondReportIsAnErrorAndTheFirstStays(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            String value = group.start(status -> {
                status.started("first");
                ctx.dawdle(2);
                ctx.expectThrown(IllegalStateException.class, () -> status.started("second"));
            });
            ctx.equal(value, "first", "the value");
        });
    }

    static void aCancelledCallerCancelsTheTaskAndWaitsForIt(ScenarioContext ctx) {
        boolean[] cleaned = {false};
        boolean[] told = {false};
        TaskGroup.run(group -> {
            var scope = Timeouts.moveOnAfter(
                    ScenarioContext.ms(2),
                    () -> group.start(_ -> {
                        try {
                            AnyIO.sleepForever();
                        } catch (Cancelled c) {
                            told[0] = true;
                            CancelScope.shielded(() -> AnyIO.sleep(ScenarioContext.ms(5)));
                            cleaned[0] = true;
                            throw c;
                        }
                    }));
            ctx.expect(scope.cancelledCaught(), "the caller was not cancelled");
            ctx.expect(told[0] && cleaned[0], "the caller did not wait for the task");
            ctx.equal(ctx.now(), 7L, "the time");
            ctx.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
    }

    static void aCancelledCallerInACancelledScopeStillWaitsForTheTask(ScenarioContext ctx) {
        boolean[] begun = {false};
        boolean[] tooFar = {false};
        TaskGroup.run(group -> CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled(
                    "start in a cancelled scope",
                    () -> group.start(_ -> {
                        begun[0] = true;
                        AnyIO.checkpoint();
                        tooFar[0] = true;
                    }));
            ctx.expect(begun[0] && !tooFar[0], "the task ran " + (begun[0] ? "too far" : "not at all"));
        }));
    }

    static void aTaskThatStartsOutOfReachIsNotReachedByALaterCancellationEither(ScenarioContext ctx) {
        var outer = CancelScope.create();
        boolean[] cancelled = {false};
        TaskGroup.run(around -> {
            ctx.go(
                    around,
                    "host",
                    () -> outer.run(() -> TaskGroup.run(group -> {
                        group.cancel();
                        CancelScope.shielded(() -> {
                            AnyIO.checkpoint();
                            group.start(ctx.options("service"), status -> {
                                AnyIO.sleep(ScenarioContext.ms(5));
                                status.started();
                                cancelled[0] = ScenarioContext.cancelled(AnyIO::checkpoint);
                            });
                        });
                        ctx.equal(ctx.now(), 5L, "the time of the report");
                    })));
            AnyIO.sleep(ScenarioContext.ms(ctx.pick(5)));
            outer.cancel();
        });
        ctx.expect(cancelled[0], "after its report it is in reach");
    }

    static void whatTheTaskThrowsAfterItsCallerWasCancelledIsAttached(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            scope.run(() -> {
                ctx.go(group, "canceller", () -> {
                    ctx.dawdle(2);
                    scope.cancel();
                });
                try {
                    group.start(_ -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            throwOops("while going");
                        }
                    });
                } catch (Cancelled c) {
                    ctx.equal(c.getSuppressed().length, 1, "attached failures");
                    ctx.equal(c.getSuppressed()[0].getMessage(), "while going", "the attached failure");
                    throw c;
                }
            });
            ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        });
    }

    private static void throwOops(String what) {
        throw new Oops(what);
    }

    static void aReportThatComesAfterTheCancellationIsIgnored(ScenarioContext ctx) {
        boolean[] reported = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            var waiting = ctx.event();
            ctx.go(
                    group,
                    "caller",
                    () -> scope.run(() -> {
                        String value = group.start(status -> {
                            waiting.set();
                            ScenarioContext.cancelled(AnyIO::sleepForever);
                            status.started("late");
                            status.started("ignored too");
                            reported[0] = true;
                        });
                        ctx.fail("start() gave " + value);
                    }));
            waiting.await();
            ScenarioContext.settle();
            scope.cancel();
        });
        ctx.expect(reported[0], "the task did not come to its report");
    }

    static void aFailureAfterALateReportIsAttachedAndDoesNotTouchTheGroup(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            ctx.go(group, "canceller", () -> {
                ScenarioContext.settle();
                scope.cancel();
            });
            scope.run(() -> {
                try {
                    group.start(status -> {
                        ScenarioContext.cancelled(AnyIO::sleepForever);
                        status.started();
                        throw new Oops("after a late report");
                    });
                } catch (Cancelled c) {
                    ctx.equal(c.getSuppressed().length, 1, "attached failures");
                    ctx.equal(c.getSuppressed()[0].getMessage(), "after a late report", "the attached failure");
                    throw c;
                }
            });
            ctx.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
    }

    static void aReportThatComesFirstBeatsTheCancellation(ScenarioContext ctx) {
        boolean[] got = {false};
        boolean[] ended = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            ctx.go(
                    group,
                    "caller",
                    () -> scope.run(() -> {
                        got[0] = group.<String>start(status -> {
                                    AnyIO.sleep(ScenarioContext.ms(1));
                                    status.started("value");
                                    scope.cancel();
                                    AnyIO.sleep(ScenarioContext.ms(1));
                                    ended[0] = true;
                                })
                                .equals("value");
                        AnyIO.checkpoint();
                        ctx.fail("the cancellation was lost");
                    }));
        });
        ctx.expect(got[0] && ended[0], "the report was lost, or the task was cancelled with its caller");
    }

    static void theTaskIsCancelledWithTheGroupBeforeItsReport(ScenarioContext ctx) {
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            ctx.go(group, "canceller", () -> {
                ctx.dawdle(3);
                group.cancel();
            });
            group.start(_ -> {
                try {
                    AnyIO.sleepForever();
                } catch (Cancelled c) {
                    cancelled[0] = true;
                    throw c;
                }
            });
            ctx.fail("start() returned");
        });
        ctx.expect(cancelled[0], "the task was not cancelled");
    }

    static void theHandleOfAStartedTask(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            var started = group.<Integer, String>startHandle(ctx.options("child"), status -> {
                status.started("ready");
                AnyIO.sleep(ScenarioContext.ms(1));
                return 42;
            });
            ctx.equal(started.startValue(), "ready", "the reported value");
            ctx.equal(started.handle().status(), TaskHandle.Status.PENDING, "the status");
            ctx.equal(started.handle().join(), 42, "the value");
            ctx.equal(started.handle().name(), "child", "the name");
        });
    }

    static void theParentChangesWithTheReport(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            long host = AnyIO.currentTask().id();
            var handle = group.startSoon(ctx.options("caller"), () -> {
                long caller = AnyIO.currentTask().id();
                group.start(status -> {
                    ctx.equal(AnyIO.currentTask().parentId(), caller, "the parent before the report");
                    status.started();
                    ctx.equal(AnyIO.currentTask().parentId(), host, "the parent after the report");
                });
            });
            handle.await();
        });
    }

    static void startsOfManyInOneGroupAreIndependent(ScenarioContext ctx) {
        int[] good = {0};
        int[] bad = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                int number = i;
                ctx.go(group, "caller" + i, () -> {
                    try {
                        int got = group.<Integer>start(status -> {
                            AnyIO.sleep(ctx.upTo(3));
                            if (number % 3 == 0) {
                                throw new Oops("no");
                            }
                            status.started(number);
                        });
                        ctx.equal(got, number, "the value");
                        good[0]++;
                    } catch (Oops expected) {
                        bad[0]++;
                    }
                });
            }
        });
        ctx.equal(List.of(good[0], bad[0]), List.of(4, 2), "starts that went well and not");
    }

    static void startInsideStart(ScenarioContext ctx) {
        List<String> order = new ArrayList<>();
        TaskGroup.run(group -> {
            group.start(outer -> {
                group.start(inner -> {
                    ctx.dawdle(1);
                    order.add("inner");
                    inner.started();
                    AnyIO.checkpoint();
                });
                order.add("outer");
                outer.started();
            });
            order.add("caller");
        });
        ctx.equal(order, List.of("inner", "outer", "caller"), "the order");
    }

    static void anyRaceOfReportFailureAndTimeOutHasOneOutcome(ScenarioContext ctx) {
        int report = ctx.pick(4);
        int patience = ctx.pick(4);
        boolean fails = ctx.flip();
        List<String> outcomes = new ArrayList<>();
        try {
            TaskGroup.run(group -> {
                var scope = Timeouts.moveOnAfter(ScenarioContext.ms(patience), () -> {
                    try {
                        outcomes.add(group.start(status -> {
                            AnyIO.sleep(ScenarioContext.ms(report));
                            if (fails) {
                                throw new Oops("failed");
                            }
                            status.started("value");
                        }));
                    } catch (Oops failed) {
                        outcomes.add("failed");
                    }
                });
                if (scope.cancelledCaught()) {
                    outcomes.add("timed out");
                }
            });
        } catch (ExceptionGroup unexpected) {
            throw ctx.fail("the group failed: " + GroupScenarios.shape(unexpected));
        }
        ctx.equal(outcomes.size(), 1, "outcomes, which were " + outcomes);
        if (report != patience) {
            ctx.equal(
                    outcomes.get(0),
                    patience <= 0 || patience < report ? "timed out" : fails ? "failed" : "value",
                    "the outcome");
        }
    }

    static void aTaskThatEndsQuietlyAfterItsCallerWasCancelledLeavesNothingToAttach(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            var scope = Timeouts.moveOnAfter(ScenarioContext.ms(1), () -> {
                try {
                    group.start(_ -> ScenarioContext.cancelled(AnyIO::sleepForever));
                } catch (Cancelled c) {
                    ctx.equal(c.getSuppressed().length, 0, "attached failures");
                    throw c;
                }
            });
            ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        });
    }

    static void anIgnoredStatusTakesAnyReport(ScenarioContext ctx) {
        TaskStatus<String> ignored = TaskStatus.ignored();
        ignored.started("a");
        ignored.started("b");
        ctx.note("nothing was thrown");
    }
}
