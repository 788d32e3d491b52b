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

/** Task groups: everybody is awaited, failures come out with their structure, cancellations are filtered. */
final class GroupScenarios {
    private GroupScenarios() {}

    private static IllegalArgumentException oops(Object what) {
        return new IllegalArgumentException(String.valueOf(what));
    }

    private static void countCancelled(int[] cancelled) {
        if (World.cancelled(AnyIO::sleepForever)) {
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

    static void everybodyIsAwaited(World w) {
        int[] ended = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 40; i++) {
                w.go(group, "task" + i, () -> {
                    AnyIO.sleep(w.upTo(4));
                    w.dawdle(2);
                    ended[0]++;
                });
            }
        });
        w.equal(ended[0], 40, "tasks that have ended when the group has");
    }

    static void tasksSpawnTasksWhileTheGroupEnds(World w) {
        int[] ended = {0};
        TaskGroup.run(group -> spawnTree(w, group, 4, ended));
        w.equal(ended[0], 31, "tasks that have ended when the group has");
    }

    private static void spawnTree(World w, TaskGroup group, int depth, int[] ended) {
        w.go(group, "depth" + depth, () -> {
            w.dawdle(1);
            if (depth > 0) {
                spawnTree(w, group, depth - 1, ended);
                spawnTree(w, group, depth - 1, ended);
            }
            ended[0]++;
        });
    }

    static void aChildNeverRunsInsideTheCallThatStartsIt(World w) {
        TaskGroup.run(group -> {
            boolean[] ran = {false};
            for (int i = 0; i < 3; i++) {
                w.go(group, "child" + i, () -> ran[0] = true);
                w.expect(!ran[0], "a child ran too early");
            }
        });
    }

    static void aFailureCancelsTheSiblingsAndTheBody(World w) {
        int[] cancelled = {0};
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 3; i++) {
                        w.go(group, "sibling" + i, () -> countCancelled(cancelled));
                    }
                    w.go(group, "failing", () -> {
                        w.dawdle(3);
                        throw oops("a");
                    });
                    AnyIO.sleepForever();
                }));
        w.equal(shape(failures), "[a]", "what came out");
        w.equal(cancelled[0], 3, "siblings that were cancelled");
    }

    static void theBodyThatFailsCancelsItsTasks(World w) {
        int[] cancelled = {0};
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    w.go(group, "child", () -> countCancelled(cancelled));
                    w.dawdle(2);
                    throw oops("body");
                }));
        w.equal(shape(failures), "[body]", "what came out");
        w.equal(cancelled[0], 1, "children that were cancelled");
    }

    static void failuresStandInTheOrderInWhichTheyOccurred(World w) {
        List<String> order = new ArrayList<>();
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 5; i++) {
                        int number = i;
                        w.go(group, "failing" + i, () -> {
                            try {
                                AnyIO.sleep(w.upTo(3));
                            } catch (Cancelled c) {
                                w.dawdleShielded(2);
                            }
                            order.add("f" + number);
                            throw oops("f" + number);
                        });
                    }
                }));
        w.equal(shape(failures), order.toString(), "what came out");
    }

    static void nestedGroupsGiveNestedFailures(World w) {
        List<String> inner = new ArrayList<>();
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(outer -> {
                    w.go(
                            outer,
                            "host",
                            () -> TaskGroup.run(group -> {
                                for (int i = 0; i < 2; i++) {
                                    int number = i;
                                    w.go(group, "inner" + i, () -> {
                                        World.cancelled(() -> w.dawdle(3));
                                        inner.add("i" + number);
                                        throw oops("i" + number);
                                    });
                                }
                            }));
                    AnyIO.sleepForever();
                }));
        w.equal(shape(failures), "[" + inner + "]", "what came out");
    }

    static void anErrorAmongTheFailuresMakesAnErrorGroup(World w) {
        var failures = w.expectThrown(
                ErrorGroup.class,
                () -> TaskGroup.run(group -> {
                    w.go(group, "error", () -> {
                        throw new LinkageError("error");
                    });
                    w.go(group, "waiter", AnyIO::sleepForever);
                }));
        w.equal(shape(failures), "[error]", "what came out");
    }

    static void theGroupsOwnCancellationStaysInside(World w) {
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                w.go(group, "child" + i, () -> countCancelled(cancelled));
            }
            w.dawdle(3);
            group.cancel("enough");
            if (w.flip()) {
                AnyIO.sleepForever();
            }
        });
        w.equal(cancelled[0], 3, "children that ran to their first checkpoint and were cancelled there");
        AnyIO.checkpoint();
    }

    static void aBareCancellationLeavesAGroupThatWasCancelledFromOutside(World w) {
        var scope = CancelScope.create();
        scope.run(() -> {
            try {
                TaskGroup.run(group -> {
                    w.go(group, "child", AnyIO::sleepForever);
                    w.go(group, "canceller", () -> {
                        w.dawdle(3);
                        scope.cancel("outside");
                    });
                });
            } catch (Throwable thrown) {
                w.expect(thrown instanceof Cancelled, "not a bare cancellation but " + thrown);
                throw thrown;
            }
        });
        w.expect(scope.cancelledCaught(), "the scope did not catch");
    }

    static void whileTheHostWaitsForTheEndTheOutsideReachesTheChildren(World w) {
        boolean[] cleaned = {false};
        var scope = Timeouts.moveOnAfter(
                World.ms(3),
                () -> TaskGroup.run(group -> w.go(group, "child", () -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        CancelScope.shielded(() -> AnyIO.sleep(World.ms(10)));
                        cleaned[0] = true;
                    }
                })));
        w.expect(scope.cancelledCaught() && cleaned[0], "the clean-up was not awaited");
        w.equal(w.now(), 13L, "the time");
    }

    static void anEmptyGroupInACancelledScopeDoesNotThrow(World w) {
        var scope = CancelScope.create();
        boolean[] after = {false};
        scope.cancel();
        scope.run(() -> {
            TaskGroup.run(_ -> {});
            after[0] = true;
        });
        w.expect(after[0] && !scope.cancelledCaught(), "leaving an empty group threw");
    }

    static void anEmptyGroupLetsOthersRun(World w) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            w.go(group, "other", () -> {
                for (int i = 0; i < 30; i++) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 30; i++) {
                TaskGroup.run(_ -> {});
            }
            w.expect(ran[0] > 0, "nobody ran");
        });
    }

    static void aChildStartedInACancelledGroupRunsToItsFirstCheckpoint(World w) {
        List<String> steps = new ArrayList<>();
        TaskGroup.run(group -> {
            group.cancel();
            w.go(group, "child", () -> {
                steps.add("begun");
                AnyIO.checkpoint();
                steps.add("too far");
            });
        });
        w.equal(steps, List.of("begun"), "the steps of the child");
    }

    static void oneChildCancelledByItsHandleDisturbsNobody(World w) {
        int[] ended = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                handles.add(w.go(group, "child" + i, () -> {
                    AnyIO.sleep(World.ms(5));
                    ended[0]++;
                }));
            }
            w.dawdle(2);
            handles.get(w.pick(5)).cancel();
            AnyIO.checkpoint();
            w.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
        w.equal(ended[0], 4, "children that came to their end");
    }

    static void aGroupThatHasEndedStartsNothing(World w) {
        TaskGroup[] kept = new TaskGroup[1];
        boolean fails = w.flip();
        try {
            TaskGroup.run(group -> {
                kept[0] = group;
                w.go(group, "child", AnyIO::checkpoint);
                if (fails) {
                    throw oops("body");
                }
            });
        } catch (ExceptionGroup failed) {
            w.expect(fails, "an unexpected failure");
        }
        w.expectThrown(IllegalStateException.class, () -> kept[0].startSoon(AnyIO::checkpoint));
        w.expectThrown(IllegalStateException.class, () -> kept[0].start(status -> status.started()));
    }

    static void twoGroupsInARowCanBothBeCancelled(World w) {
        for (int i = 0; i < 2; i++) {
            boolean[] after = {false};
            TaskGroup.run(group -> {
                w.go(group, "child", AnyIO::sleepForever);
                w.dawdle(1);
                group.cancel();
                AnyIO.checkpoint();
                after[0] = true;
            });
            w.expect(!after[0], "the body went on");
        }
        AnyIO.checkpoint();
    }

    static void aHundredChildrenAreAllCancelled(World w) {
        int children = 20 + w.pick(100);
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < children; i++) {
                w.go(group, "child" + i, () -> {
                    try {
                        AnyIO.sleepForever();
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                });
            }
            if (w.flip()) {
                World.settle();
            }
            if (w.flip()) {
                w.dawdle(20);
            }
            group.cancel();
        });
        w.equal(cancelled[0], children, "children that were cancelled");
    }

    static void manyChildrenEndInAnyOrderAndTheRestIsCancelled(World w) {
        int[] ended = {0};
        int[] cancelled = {0};
        List<TaskHandle<?>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 70; i++) {
                handles.add(w.go(group, "child" + i, () -> {
                    try {
                        AnyIO.sleep(World.ms(1 + w.pick(10)));
                        ended[0]++;
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                }));
            }
            AnyIO.sleep(World.ms(5));
            group.cancel();
        });
        w.equal(ended[0] + cancelled[0], 70, "children");
        w.expect(cancelled[0] > 0 && w.now() < 10, "nobody was cancelled");
        handles.forEach(handle -> w.expect(handle.status() != TaskHandle.Status.PENDING, handle + " is pending"));
    }

    static void aDeepTreeIsCancelledFromItsTop(World w) {
        int[] live = {0};
        TaskGroup.run(group -> {
            grow(w, group, 4, live);
            AnyIO.sleep(World.ms(3));
            w.equal(live[0], 31, "tasks before the cancellation");
            group.cancel();
            w.equal(live[0], 31, "tasks right after it");
        });
        w.equal(live[0], 0, "tasks in the end");
        w.equal(w.now(), 3L, "the time");
    }

    private static void grow(World w, TaskGroup around, int depth, int[] live) {
        w.go(around, "depth" + depth, () -> {
            live[0]++;
            try {
                TaskGroup.run(group -> {
                    if (depth > 0) {
                        grow(w, group, depth - 1, live);
                        grow(w, group, depth - 1, live);
                    }
                    if (w.flip()) {
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

    static void cancellationsAmongFailuresAreTakenOutAndTheStructureStays(World w) {
        var scope = CancelScope.create();
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> scope.run(() -> TaskGroup.run(outer -> {
                    w.go(
                            outer,
                            "host",
                            () -> TaskGroup.run(inner -> {
                                w.go(inner, "cancelled", AnyIO::sleepForever);
                                w.go(inner, "failing", () -> {
                                    World.cancelled(AnyIO::sleepForever);
                                    throw oops("inner");
                                });
                            }));
                    World.settle();
                    scope.cancel();
                })));
        w.equal(shape(failures), "[[inner]]", "what came out");
    }

    static void aFailureGroupThatCarriesACancellationIsFilteredByTheScope(World w) {
        var scope = CancelScope.create();
        boolean other = w.flip();
        boolean nested = w.flip();
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
        w.expect(scope.cancelledCaught(), "the scope did not catch");
        w.equal(
                left == null ? "nothing" : shape(left),
                other ? nested ? "[[kept]]" : "[kept]" : "nothing",
                "what came out");
    }

    static void failuresWhileTheGroupIsCancelledFromOutsideComeOutAlone(World w) {
        var scope = CancelScope.create();
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> scope.run(() -> TaskGroup.run(group -> {
                    for (int i = 0; i < 3; i++) {
                        w.go(group, "failing", () -> {
                            try {
                                AnyIO.sleepForever();
                            } finally {
                                throwOops("late");
                            }
                        });
                    }
                    World.settle();
                    scope.cancel();
                    AnyIO.checkpoint();
                })));
        w.equal(shape(failures), "[late, late, late]", "what came out");
    }

    private static void throwOops(String what) {
        throw oops(what);
    }

    static void aGroupGivesTheValueOfItsBody(World w) {
        w.equal(
                TaskGroup.call(group -> {
                    w.go(group, "child", AnyIO::checkpoint);
                    return "value";
                }),
                "value",
                "the value");
        w.expect(
                TaskGroup.call(group -> {
                            group.cancel();
                            AnyIO.checkpoint();
                            return "value";
                        })
                        == null,
                "a cancelled body gave a value");
    }

    static void aTaskOfTheOuterGroupStartedFromTheInnerOneOutlivesIt(World w) {
        List<String> order = new ArrayList<>();
        TaskGroup.run(outer -> {
            TaskGroup.run(inner -> w.go(inner, "inner", () -> {
                w.go(outer, "outlives", () -> {
                    AnyIO.sleep(World.ms(5));
                    order.add("outlives");
                });
                inner.cancel();
                World.cancelled(AnyIO::checkpoint);
            }));
            order.add("inner group has ended");
        });
        w.equal(order, List.of("inner group has ended", "outlives"), "the order");
    }

    static void aChildIsNotShieldedByTheScopesOfWhoStartsIt(World w) {
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            CancelScope.shielded(() -> {
                w.go(group, "child", () -> cancelled[0] = World.cancelled(AnyIO::sleepForever));
                w.dawdle(2);
                group.cancel();
                AnyIO.sleep(World.ms(1));
                w.expect(cancelled[0], "the child was not cancelled while the body was shielded");
            });
        });
    }

    static void aChildIsNotCancelledByTheScopeOfWhoStartsIt(World w) {
        boolean[] ended = {false};
        TaskGroup.run(group -> {
            CancelScope.open(scope -> {
                w.go(group, "child", () -> {
                    AnyIO.sleep(World.ms(2));
                    ended[0] = true;
                });
                scope.cancel();
                AnyIO.checkpoint();
            });
        });
        w.expect(ended[0], "the child was cancelled");
    }
}
