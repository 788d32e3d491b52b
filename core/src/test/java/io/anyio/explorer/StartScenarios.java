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

    static void theReportedValueComesBackAndTheTaskGoesOn(World w) {
        List<String> order = new ArrayList<>();
        TaskGroup.run(group -> {
            String value = group.start(status -> {
                w.dawdle(2);
                status.started("ready");
                AnyIO.sleep(World.ms(1));
                order.add("task");
            });
            w.equal(value, "ready", "the value");
            order.add("caller");
        });
        w.equal(order, List.of("caller", "task"), "the order");
    }

    static void aFailureBeforeTheReportIsTheCallersAlone(World w) {
        boolean[] siblingEnded = {false};
        TaskGroup.run(group -> {
            w.go(group, "sibling", () -> {
                AnyIO.sleep(World.ms(5));
                siblingEnded[0] = true;
            });
            var thrown = w.expectThrown(
                    Oops.class,
                    () -> group.start(_ -> {
                        AnyIO.sleep(w.upTo(2));
                        throw new Oops("early");
                    }));
            w.equal(thrown.getMessage(), "early", "the failure");
            w.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
        w.expect(siblingEnded[0], "the sibling was cancelled");
    }

    static void aFailureAfterTheReportIsTheGroups(World w) {
        boolean[] went = {false};
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    group.start(status -> {
                        status.started();
                        w.dawdle(1);
                        throw new Oops("late");
                    });
                    went[0] = true;
                    AnyIO.sleepForever();
                }));
        w.expect(went[0], "start() threw what came after the report");
        w.equal(GroupScenarios.shape(failures), "[late]", "what came out");
    }

    static void aTaskThatEndsWithoutAReportIsAnError(World w) {
        TaskGroup.run(group -> {
            var thrown = w.expectThrown(IllegalStateException.class, () -> group.start(_ -> AnyIO.sleep(w.upTo(2))));
            w.expect(thrown.getMessage().contains("started()"), "the message is " + thrown.getMessage());
            AnyIO.checkpoint();
        });
    }

    static void aSecondReportIsAnErrorAndTheFirstStays(World w) {
        TaskGroup.run(group -> {
            String value = group.start(status -> {
                status.started("first");
                w.dawdle(2);
                w.expectThrown(IllegalStateException.class, () -> status.started("second"));
            });
            w.equal(value, "first", "the value");
        });
    }

    static void aCancelledCallerCancelsTheTaskAndWaitsForIt(World w) {
        boolean[] cleaned = {false};
        boolean[] told = {false};
        TaskGroup.run(group -> {
            var scope = Timeouts.moveOnAfter(
                    World.ms(2),
                    () -> group.start(_ -> {
                        try {
                            AnyIO.sleepForever();
                        } catch (Cancelled c) {
                            told[0] = true;
                            CancelScope.shielded(() -> AnyIO.sleep(World.ms(5)));
                            cleaned[0] = true;
                            throw c;
                        }
                    }));
            w.expect(scope.cancelledCaught(), "the caller was not cancelled");
            w.expect(told[0] && cleaned[0], "the caller did not wait for the task");
            w.equal(w.now(), 7L, "the time");
            w.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
    }

    static void aCancelledCallerInACancelledScopeStillWaitsForTheTask(World w) {
        boolean[] begun = {false};
        boolean[] tooFar = {false};
        TaskGroup.run(group -> CancelScope.open(scope -> {
            scope.cancel();
            w.expectCancelled(
                    "start in a cancelled scope",
                    () -> group.start(_ -> {
                        begun[0] = true;
                        AnyIO.checkpoint();
                        tooFar[0] = true;
                    }));
            w.expect(begun[0] && !tooFar[0], "the task ran " + (begun[0] ? "too far" : "not at all"));
        }));
    }

    static void whatTheTaskThrowsAfterItsCallerWasCancelledIsAttached(World w) {
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            scope.run(() -> {
                w.go(group, "canceller", () -> {
                    w.dawdle(2);
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
                    w.equal(c.getSuppressed().length, 1, "attached failures");
                    w.equal(c.getSuppressed()[0].getMessage(), "while going", "the attached failure");
                    throw c;
                }
            });
            w.expect(scope.cancelledCaught(), "the scope did not catch");
        });
    }

    private static void throwOops(String what) {
        throw new Oops(what);
    }

    static void aReportThatComesAfterTheCancellationIsIgnored(World w) {
        boolean[] reported = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            var waiting = w.event();
            w.go(
                    group,
                    "caller",
                    () -> scope.run(() -> {
                        String value = group.start(status -> {
                            waiting.set();
                            World.cancelled(AnyIO::sleepForever);
                            status.started("late");
                            status.started("ignored too");
                            reported[0] = true;
                        });
                        w.fail("start() gave " + value);
                    }));
            waiting.await();
            World.settle();
            scope.cancel();
        });
        w.expect(reported[0], "the task did not come to its report");
    }

    static void aFailureAfterALateReportIsAttachedAndDoesNotTouchTheGroup(World w) {
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            w.go(group, "canceller", () -> {
                World.settle();
                scope.cancel();
            });
            scope.run(() -> {
                try {
                    group.start(status -> {
                        World.cancelled(AnyIO::sleepForever);
                        status.started();
                        throw new Oops("after a late report");
                    });
                } catch (Cancelled c) {
                    w.equal(c.getSuppressed().length, 1, "attached failures");
                    w.equal(c.getSuppressed()[0].getMessage(), "after a late report", "the attached failure");
                    throw c;
                }
            });
            w.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
    }

    static void aReportThatComesFirstBeatsTheCancellation(World w) {
        boolean[] got = {false};
        boolean[] ended = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            w.go(
                    group,
                    "caller",
                    () -> scope.run(() -> {
                        got[0] = group.<String>start(status -> {
                                    AnyIO.sleep(World.ms(1));
                                    status.started("value");
                                    scope.cancel();
                                    AnyIO.sleep(World.ms(1));
                                    ended[0] = true;
                                })
                                .equals("value");
                        AnyIO.checkpoint();
                        w.fail("the cancellation was lost");
                    }));
        });
        w.expect(got[0] && ended[0], "the report was lost, or the task was cancelled with its caller");
    }

    static void theTaskIsCancelledWithTheGroupBeforeItsReport(World w) {
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            w.go(group, "canceller", () -> {
                w.dawdle(3);
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
            w.fail("start() returned");
        });
        w.expect(cancelled[0], "the task was not cancelled");
    }

    static void theHandleOfAStartedTask(World w) {
        TaskGroup.run(group -> {
            var started = group.<Integer, String>startHandle(w.options("child"), status -> {
                status.started("ready");
                AnyIO.sleep(World.ms(1));
                return 42;
            });
            w.equal(started.startValue(), "ready", "the reported value");
            w.equal(started.handle().status(), TaskHandle.Status.PENDING, "the status");
            w.equal(started.handle().join(), 42, "the value");
            w.equal(started.handle().name(), "child", "the name");
        });
    }

    static void theParentChangesWithTheReport(World w) {
        TaskGroup.run(group -> {
            long host = AnyIO.currentTask().id();
            var handle = group.startSoon(w.options("caller"), () -> {
                long caller = AnyIO.currentTask().id();
                group.start(status -> {
                    w.equal(AnyIO.currentTask().parentId(), caller, "the parent before the report");
                    status.started();
                    w.equal(AnyIO.currentTask().parentId(), host, "the parent after the report");
                });
            });
            handle.await();
        });
    }

    static void startsOfManyInOneGroupAreIndependent(World w) {
        int[] good = {0};
        int[] bad = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                int number = i;
                w.go(group, "caller" + i, () -> {
                    try {
                        int got = group.<Integer>start(status -> {
                            AnyIO.sleep(w.upTo(3));
                            if (number % 3 == 0) {
                                throw new Oops("no");
                            }
                            status.started(number);
                        });
                        w.equal(got, number, "the value");
                        good[0]++;
                    } catch (Oops expected) {
                        bad[0]++;
                    }
                });
            }
        });
        w.equal(List.of(good[0], bad[0]), List.of(4, 2), "starts that went well and not");
    }

    static void startInsideStart(World w) {
        List<String> order = new ArrayList<>();
        TaskGroup.run(group -> {
            group.start(outer -> {
                group.start(inner -> {
                    w.dawdle(1);
                    order.add("inner");
                    inner.started();
                    AnyIO.checkpoint();
                });
                order.add("outer");
                outer.started();
            });
            order.add("caller");
        });
        w.equal(order, List.of("inner", "outer", "caller"), "the order");
    }

    static void anyRaceOfReportFailureAndTimeOutHasOneOutcome(World w) {
        int report = w.pick(4);
        int patience = w.pick(4);
        boolean fails = w.flip();
        List<String> outcomes = new ArrayList<>();
        try {
            TaskGroup.run(group -> {
                var scope = Timeouts.moveOnAfter(World.ms(patience), () -> {
                    try {
                        outcomes.add(group.start(status -> {
                            AnyIO.sleep(World.ms(report));
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
            throw w.fail("the group failed: " + GroupScenarios.shape(unexpected));
        }
        w.equal(outcomes.size(), 1, "outcomes, which were " + outcomes);
        if (report != patience) {
            w.equal(
                    outcomes.get(0),
                    patience <= 0 || patience < report ? "timed out" : fails ? "failed" : "value",
                    "the outcome");
        }
    }

    static void aTaskThatEndsQuietlyAfterItsCallerWasCancelledLeavesNothingToAttach(World w) {
        TaskGroup.run(group -> {
            var scope = Timeouts.moveOnAfter(World.ms(1), () -> {
                try {
                    group.start(_ -> World.cancelled(AnyIO::sleepForever));
                } catch (Cancelled c) {
                    w.equal(c.getSuppressed().length, 0, "attached failures");
                    throw c;
                }
            });
            w.expect(scope.cancelledCaught(), "the scope did not catch");
        });
    }

    static void anIgnoredStatusTakesAnyReport(World w) {
        TaskStatus<String> ignored = TaskStatus.ignored();
        ignored.started("a");
        ignored.started("b");
        w.note("nothing was thrown");
    }
}
