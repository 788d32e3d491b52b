package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.FailureGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Task groups: every task is awaited, failures keep their structure, cancellations are filtered. */
final class GroupScenarios {
    private GroupScenarios() {}

    private static IllegalArgumentException oops(Object what) {
        return new IllegalArgumentException(String.valueOf(what));
    }

    private static void countCancelled(int[] cancelled) {
        if (ScenarioContext.cancelled(AnyIO::sleepForever)) {
            cancelled[0]++;
        }
    }

    /** The structure of a failure, with the messages of its leaves. */
    static String shape(Throwable thrown) {
        return thrown instanceof FailureGroup group
                ? group.exceptions().stream()
                        .map(GroupScenarios::shape)
                        .toList()
                        .toString()
                : thrown instanceof Cancelled ? "cancelled" : String.valueOf(thrown.getMessage());
    }

    static void everyTaskIsAwaited(ScenarioContext ctx) {
        int[] ended = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 40; i++) {
                ctx.go(group, "task" + i, () -> {
                    AnyIO.sleep(ctx.upTo(4));
                    ctx.dawdle(2);
                    ended[0]++;
                });
            }
        });
        ctx.equal(ended[0], 40, "tasks that have ended when the group has");
    }

    static void tasksSpawnTasksWhileTheGroupEnds(ScenarioContext ctx) {
        int[] ended = {0};
        TaskGroup.run(group -> spawnTree(ctx, group, 4, ended));
        ctx.equal(ended[0], 31, "tasks that have ended when the group has");
    }

    private static void spawnTree(ScenarioContext ctx, TaskGroup group, int depth, int[] ended) {
        ctx.go(group, "depth" + depth, () -> {
            ctx.dawdle(1);
            if (depth > 0) {
                spawnTree(ctx, group, depth - 1, ended);
                spawnTree(ctx, group, depth - 1, ended);
            }
            ended[0]++;
        });
    }

    static void aChildNeverRunsInsideTheCallThatStartsIt(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            boolean[] ran = {false};
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "child" + i, () -> ran[0] = true);
                ctx.expect(!ran[0], "a child ran too early");
            }
        });
    }

    static void aFailureCancelsTheSiblingsAndTheBody(ScenarioContext ctx) {
        int[] cancelled = {0};
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 3; i++) {
                        ctx.go(group, "sibling" + i, () -> countCancelled(cancelled));
                    }
                    ctx.go(group, "failing", () -> {
                        ctx.dawdle(3);
                        throw oops("a");
                    });
                    AnyIO.sleepForever();
                }));
        ctx.equal(shape(failures), "[a]", "what came out");
        ctx.equal(cancelled[0], 3, "siblings that were cancelled");
    }

    static void theBodyThatFailsCancelsItsTasks(ScenarioContext ctx) {
        int[] cancelled = {0};
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    ctx.go(group, "child", () -> countCancelled(cancelled));
                    ctx.dawdle(2);
                    throw oops("body");
                }));
        ctx.equal(shape(failures), "[body]", "what came out");
        ctx.equal(cancelled[0], 1, "children that were cancelled");
    }

    static void failuresStandInTheOrderInWhichTheyOccurred(ScenarioContext ctx) {
        List<String> order = new ArrayList<>();
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 5; i++) {
                        int number = i;
                        ctx.go(group, "failing" + i, () -> {
                            try {
                                AnyIO.sleep(ctx.upTo(3));
                            } catch (Cancelled c) {
                                ctx.dawdleShielded(2);
                            }
                            order.add("f" + number);
                            throw oops("f" + number);
                        });
                    }
                }));
        ctx.equal(shape(failures), order.toString(), "what came out");
    }

    static void nestedGroupsGiveNestedFailures(ScenarioContext ctx) {
        List<String> inner = new ArrayList<>();
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(outer -> {
                    ctx.go(
                            outer,
                            "host",
                            () -> TaskGroup.run(group -> {
                                for (int i = 0; i < 2; i++) {
                                    int number = i;
                                    ctx.go(group, "inner" + i, () -> {
                                        ScenarioContext.cancelled(() -> ctx.dawdle(3));
                                        inner.add("i" + number);
                                        throw oops("i" + number);
                                    });
                                }
                            }));
                    AnyIO.sleepForever();
                }));
        ctx.equal(shape(failures), "[" + inner + "]", "what came out");
    }

    static void anErrorAmongTheFailuresMakesAnErrorGroup(ScenarioContext ctx) {
        var failures = ctx.expectThrown(
                ErrorGroup.class,
                () -> TaskGroup.run(group -> {
                    ctx.go(group, "error", () -> {
                        throw new LinkageError("error");
                    });
                    ctx.go(group, "waiter", AnyIO::sleepForever);
                }));
        ctx.equal(shape(failures), "[error]", "what came out");
    }

    static void theGroupsOwnCancellationStaysInside(ScenarioContext ctx) {
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "child" + i, () -> countCancelled(cancelled));
            }
            ctx.dawdle(3);
            group.cancel("enough");
            if (ctx.flip()) {
                AnyIO.sleepForever();
            }
        });
        ctx.equal(cancelled[0], 3, "children that ran to their first checkpoint and were cancelled there");
        AnyIO.checkpoint();
    }

    static void aBareCancellationLeavesAGroupThatWasCancelledFromOutside(ScenarioContext ctx) {
        var scope = CancelScope.create();
        scope.run(() -> {
            try {
                TaskGroup.run(group -> {
                    ctx.go(group, "child", AnyIO::sleepForever);
                    ctx.go(group, "canceller", () -> {
                        ctx.dawdle(3);
                        scope.cancel("outside");
                    });
                });
            } catch (Throwable thrown) {
                ctx.expect(thrown instanceof Cancelled, "not a bare cancellation but " + thrown);
                throw thrown;
            }
        });
        ctx.expect(scope.cancelledCaught(), "the scope did not catch");
    }

    static void whileTheHostWaitsForTheEndTheOutsideReachesTheChildren(ScenarioContext ctx) {
        boolean[] cleaned = {false};
        var scope = Timeouts.moveOnAfter(
                ScenarioContext.ms(3),
                () -> TaskGroup.run(group -> ctx.go(group, "child", () -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        CancelScope.shielded(() -> AnyIO.sleep(ScenarioContext.ms(10)));
                        cleaned[0] = true;
                    }
                })));
        ctx.expect(scope.cancelledCaught() && cleaned[0], "the clean-up was not awaited");
        ctx.equal(ctx.now(), 13L, "the time");
    }

    static void anEmptyGroupInACancelledScopeDoesNotThrow(ScenarioContext ctx) {
        var scope = CancelScope.create();
        boolean[] after = {false};
        scope.cancel();
        scope.run(() -> {
            TaskGroup.run(_ -> {});
            after[0] = true;
        });
        ctx.expect(after[0] && !scope.cancelledCaught(), "leaving an empty group threw");
    }

    static void anEmptyGroupLetsOthersRun(ScenarioContext ctx) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "other", () -> {
                for (int i = 0; i < 30; i++) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 30; i++) {
                TaskGroup.run(_ -> {});
            }
            ctx.expect(ran[0] > 0, "no task ran");
        });
    }

    static void aChildStartedInACancelledGroupRunsToItsFirstCheckpoint(ScenarioContext ctx) {
        List<String> steps = new ArrayList<>();
        TaskGroup.run(group -> {
            group.cancel();
            ctx.go(group, "child", () -> {
                steps.add("begun");
                AnyIO.checkpoint();
                steps.add("too far");
            });
        });
        ctx.equal(steps, List.of("begun"), "the steps of the child");
    }

    static void oneChildCancelledByItsHandleDisturbsNoOther(ScenarioContext ctx) {
        int[] ended = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                handles.add(ctx.go(group, "child" + i, () -> {
                    AnyIO.sleep(ScenarioContext.ms(5));
                    ended[0]++;
                }));
            }
            ctx.dawdle(2);
            handles.get(ctx.pick(5)).cancel();
            AnyIO.checkpoint();
            ctx.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
        ctx.equal(ended[0], 4, "children that came to their end");
    }

    static void aGroupThatHasEndedStartsNothing(ScenarioContext ctx) {
        TaskGroup[] kept = new TaskGroup[1];
        boolean fails = ctx.flip();
        try {
            TaskGroup.run(group -> {
                kept[0] = group;
                ctx.go(group, "child", AnyIO::checkpoint);
                if (fails) {
                    throw oops("body");
                }
            });
        } catch (ExceptionGroup failed) {
            ctx.expect(fails, "an unexpected failure");
        }
        ctx.expectThrown(IllegalStateException.class, () -> kept[0].startSoon(AnyIO::checkpoint));
        ctx.expectThrown(IllegalStateException.class, () -> kept[0].start(status -> status.started()));
    }

    static void twoGroupsInARowCanBothBeCancelled(ScenarioContext ctx) {
        for (int i = 0; i < 2; i++) {
            boolean[] after = {false};
            TaskGroup.run(group -> {
                ctx.go(group, "child", AnyIO::sleepForever);
                ctx.dawdle(1);
                group.cancel();
                AnyIO.checkpoint();
                after[0] = true;
            });
            ctx.expect(!after[0], "the body went on");
        }
        AnyIO.checkpoint();
    }

    static void aHundredChildrenAreAllCancelled(ScenarioContext ctx) {
        int children = 20 + ctx.pick(100);
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < children; i++) {
                ctx.go(group, "child" + i, () -> {
                    try {
                        AnyIO.sleepForever();
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                });
            }
            if (ctx.flip()) {
                ScenarioContext.settle();
            }
            if (ctx.flip()) {
                ctx.dawdle(20);
            }
            group.cancel();
        });
        ctx.equal(cancelled[0], children, "children that were cancelled");
    }

    static void manyChildrenEndInAnyOrderAndTheRestIsCancelled(ScenarioContext ctx) {
        int[] ended = {0};
        int[] cancelled = {0};
        List<TaskHandle<?>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 70; i++) {
                handles.add(ctx.go(group, "child" + i, () -> {
                    try {
                        AnyIO.sleep(ScenarioContext.ms(1 + ctx.pick(10)));
                        ended[0]++;
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                }));
            }
            AnyIO.sleep(ScenarioContext.ms(5));
            group.cancel();
        });
        ctx.equal(ended[0] + cancelled[0], 70, "children");
        ctx.expect(cancelled[0] > 0 && ctx.now() < 10, "no task was cancelled");
        handles.forEach(handle -> ctx.expect(handle.status() != TaskHandle.Status.PENDING, handle + " is pending"));
    }

    static void aDeepTreeIsCancelledFromItsTop(ScenarioContext ctx) {
        int[] live = {0};
        TaskGroup.run(group -> {
            grow(ctx, group, 4, live);
            AnyIO.sleep(ScenarioContext.ms(3));
            ctx.equal(live[0], 31, "tasks before the cancellation");
            group.cancel();
            ctx.equal(live[0], 31, "tasks right after it");
        });
        ctx.equal(live[0], 0, "tasks in the end");
        ctx.equal(ctx.now(), 3L, "the time");
    }

    private static void grow(ScenarioContext ctx, TaskGroup around, int depth, int[] live) {
        ctx.go(around, "depth" + depth, () -> {
            live[0]++;
            try {
                TaskGroup.run(group -> {
                    if (depth > 0) {
                        grow(ctx, group, depth - 1, live);
                        grow(ctx, group, depth - 1, live);
                    }
                    if (ctx.flip()) {
                        CancelScope.open(_ -> AnyIO.sleepForever());
                    } else if (depth == 0) {
                        AnyIO.sleepForever();
                    }
                });
            } finally {
                live[0]--;
            }
        });
    }

    static void cancellationsAmongFailuresAreTakenOutAndTheStructureStays(ScenarioContext ctx) {
        var scope = CancelScope.create();
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> scope.run(() -> TaskGroup.run(outer -> {
                    ctx.go(
                            outer,
                            "host",
                            () -> TaskGroup.run(inner -> {
                                ctx.go(inner, "cancelled", AnyIO::sleepForever);
                                ctx.go(inner, "failing", () -> {
                                    ScenarioContext.cancelled(AnyIO::sleepForever);
                                    throw oops("inner");
                                });
                            }));
                    ScenarioContext.settle();
                    scope.cancel();
                })));
        ctx.equal(shape(failures), "[[inner]]", "what came out");
    }

    static void aFailureGroupThatCarriesACancellationIsFilteredByTheScope(ScenarioContext ctx) {
        var scope = CancelScope.create();
        boolean other = ctx.flip();
        boolean nested = ctx.flip();
        @Nullable Throwable left = null;
        try {
            scope.run(() -> {
                scope.cancel();
                try {
                    AnyIO.checkpoint();
                } catch (Cancelled c) {
                    List<Throwable> members = new ArrayList<>(List.of(c));
                    if (other) {
                        members.add(oops("kept"));
                    }
                    throw new ErrorGroup("by hand", nested ? List.of(new ErrorGroup("inner", members)) : members);
                }
            });
        } catch (Throwable thrown) {
            left = thrown;
        }
        ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        ctx.equal(
                left == null ? "nothing" : shape(left),
                other ? nested ? "[[kept]]" : "[kept]" : "nothing",
                "what came out");
    }

    static void failuresWhileTheGroupIsCancelledFromOutsideComeOutAlone(ScenarioContext ctx) {
        var scope = CancelScope.create();
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> scope.run(() -> TaskGroup.run(group -> {
                    for (int i = 0; i < 3; i++) {
                        ctx.go(group, "failing", () -> {
                            try {
                                AnyIO.sleepForever();
                            } finally {
                                throwOops("late");
                            }
                        });
                    }
                    ScenarioContext.settle();
                    scope.cancel();
                    AnyIO.checkpoint();
                })));
        ctx.equal(shape(failures), "[late, late, late]", "what came out");
    }

    private static void throwOops(String what) {
        throw oops(what);
    }

    static void aGroupGivesTheValueOfItsBody(ScenarioContext ctx) {
        ctx.equal(
                TaskGroup.call(group -> {
                    ctx.go(group, "child", AnyIO::checkpoint);
                    return "value";
                }),
                "value",
                "the value");
        ctx.expect(
                TaskGroup.call(group -> {
                            group.cancel();
                            AnyIO.checkpoint();
                            return "value";
                        })
                        == null,
                "a cancelled body gave a value");
    }

    static void aTaskOfTheOuterGroupStartedFromTheInnerOneOutlivesIt(ScenarioContext ctx) {
        List<String> order = new ArrayList<>();
        TaskGroup.run(outer -> {
            TaskGroup.run(inner -> ctx.go(inner, "inner", () -> {
                ctx.go(outer, "outlives", () -> {
                    AnyIO.sleep(ScenarioContext.ms(5));
                    order.add("outlives");
                });
                inner.cancel();
                ScenarioContext.cancelled(AnyIO::checkpoint);
            }));
            order.add("inner group has ended");
        });
        ctx.equal(order, List.of("inner group has ended", "outlives"), "the order");
    }

    static void aChildIsNotShieldedByTheScopesOfWhoStartsIt(ScenarioContext ctx) {
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            CancelScope.shielded(() -> {
                ctx.go(group, "child", () -> cancelled[0] = ScenarioContext.cancelled(AnyIO::sleepForever));
                ctx.dawdle(2);
                group.cancel();
                AnyIO.sleep(ScenarioContext.ms(1));
                ctx.expect(cancelled[0], "the child was not cancelled while the body was shielded");
            });
        });
    }

    static void aChildIsNotCancelledByTheScopeOfWhoStartsIt(ScenarioContext ctx) {
        boolean[] ended = {false};
        TaskGroup.run(group -> {
            CancelScope.open(scope -> {
                ctx.go(group, "child", () -> {
                    AnyIO.sleep(ScenarioContext.ms(2));
                    ended[0] = true;
                });
                scope.cancel();
                AnyIO.checkpoint();
            });
        });
        ctx.expect(ended[0], "the child was cancelled");
    }
}
