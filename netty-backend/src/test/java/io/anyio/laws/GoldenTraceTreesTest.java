package io.anyio.laws;

import static io.anyio.laws.Trace.boom;
import static io.anyio.laws.Trace.settle;
import static io.anyio.laws.Trace.shieldedPause;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import io.anyio.testing.AnyIOTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Trees of tasks that cancel each other across scopes, with traces that were recorded on the original. */
class GoldenTraceTreesTest {
    private final Trace t = new Trace();

    @AnyIOTest
    void theBodySwallowsWhatAFailingTaskCauses() {
        t.kept(
                "all",
                () -> t.group(group -> {
                    group.startSoon(() -> boom("x"));
                    t.kept("body", AnyIO::sleepForever);
                    t.add("on");
                    t.kept("again", AnyIO::checkpoint);
                }));
        t.is("body: cancelled", "on", "again: cancelled", "all: [x]", "called");
    }

    @AnyIOTest
    void theBodyKeepsTheFailureOfAnInnerGroupAndGoesOn() {
        t.group(_ -> {
            t.kept("inner", () -> TaskGroup.run(inner -> inner.startSoon(() -> boom("x"))));
            t.kept("clean", AnyIO::checkpoint);
        });
        t.is("inner: [x]", "clean: ok", "untouched");
    }

    @AnyIOTest
    void aSiblingWaitsForTheCleanUpOfAnother() {
        TaskGroup.run(group -> {
            var event = Event.create();
            group.startSoon(() -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    event.set();
                }
            });
            group.startSoon(() -> {
                CancelScope.shielded(event::await);
                t.add("saw the event");
                t.seen("after", AnyIO::checkpoint);
            });
            settle();
            group.cancel();
        });
        t.is("saw the event", "after: cancelled");
    }

    @AnyIOTest
    void twoGroupsCancelledInTurnInOneTask() {
        for (int i = 0; i < 2; i++) {
            TaskGroup.run(group -> {
                var child = group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
                settle();
                group.cancel();
                CancelScope.shielded(child::await);
                t.seen("body", AnyIO::checkpoint);
            });
            t.kept("between", AnyIO::checkpoint);
        }
        t.is(
                "child: cancelled",
                "body: cancelled",
                "between: ok",
                "child: cancelled",
                "body: cancelled",
                "between: ok");
    }

    @AnyIOTest
    void aGroupWithATaskInACancelledScope() {
        CancelScope.open(outer -> {
            t.watch(outer).cancel();
            t.seen(
                    "group",
                    () -> t.group(group -> group.startSoon(() -> {
                        t.add("begun");
                        t.seen("child", AnyIO::checkpoint);
                    })));
            t.add("not reached");
        });
        t.is("begun", "child: cancelled", "group: cancelled", "called+caught", "called");
    }

    @AnyIOTest
    void aGroupWithATaskWithoutACheckpointInACancelledScope() {
        CancelScope.open(outer -> {
            t.watch(outer).cancel();
            t.seen("group", () -> t.group(group -> group.startSoon(() -> t.add("ran"))));
        });
        t.is("ran", "group: cancelled", "called+caught", "called");
    }

    @AnyIOTest
    void theScopeOfATaskAndItsGroupAreCancelledAtOnce() {
        var scope = t.watch(CancelScope.create());
        TaskGroup.run(group -> {
            var inside = Event.create();
            group.startSoon(() -> {
                scope.run(() -> {
                    inside.set();
                    t.seen("in", AnyIO::sleepForever);
                });
                t.add("not reached");
            });
            inside.await();
            scope.cancel();
            group.cancel();
        });
        t.is("in: cancelled", "called");
    }

    @AnyIOTest
    void theScopeOfATaskIsCancelledAndLaterItsGroup() {
        var scope = t.watch(CancelScope.create());
        TaskGroup.run(group -> {
            var inside = Event.create();
            var outside = Event.create();
            group.startSoon(() -> {
                scope.run(() -> {
                    inside.set();
                    t.seen("in", AnyIO::sleepForever);
                });
                outside.set();
                t.seen("out", AnyIO::sleepForever);
            });
            inside.await();
            scope.cancel();
            outside.await();
            group.cancel();
        });
        t.is("in: cancelled", "out: cancelled", "called+caught");
    }

    @AnyIOTest
    void anInnerGroupFailsWhileATimeOutUnwindsIt() {
        t.kept(
                "all",
                () -> TaskGroup.run(group -> group.startSoon(() -> {
                    CancelScope.moveOnAfter(
                            Duration.ofMillis(2),
                            () -> TaskGroup.run(inner -> inner.startSoon(() -> {
                                try {
                                    AnyIO.sleepForever();
                                } finally {
                                    boom("bad");
                                }
                            })));
                    t.add("not reached");
                })));
        t.is("all: [[bad]]");
    }

    @AnyIOTest
    void aMixedGroupOutOfATask() {
        t.kept(
                "all",
                () -> t.group(group -> {
                    group.startSoon(GoldenTraceTreesTest::endsWithAMixedGroup);
                    settle();
                    group.cancel();
                }));
        t.is("all: [[b]]", "called+caught");
    }

    @AnyIOTest
    void aMixedGroupOutOfATaskInACancelledScope() {
        t.kept(
                "all",
                () -> CancelScope.open(outer -> {
                    t.watch(outer);
                    t.seen(
                            "group",
                            () -> t.group(group -> {
                                group.startSoon(GoldenTraceTreesTest::endsWithAMixedGroup);
                                settle();
                                outer.cancel();
                            }));
                }));
        t.is("group: [[cancelled, b]]", "all: [[b]]", "called+caught", "called");
    }

    private static void endsWithAMixedGroup() {
        try {
            AnyIO.sleepForever();
        } catch (Cancelled c) {
            throw new ErrorGroup("x", List.of(c, new IllegalArgumentException("b")));
        }
    }

    @AnyIOTest
    void aTaskCancelsAScopeAroundItsOwnGroup() {
        CancelScope.open(scope -> {
            t.watch(scope);
            t.group(group -> {
                var child = group.startSoon(() -> {
                    scope.cancel();
                    t.seen("child", AnyIO::checkpoint);
                });
                CancelScope.shielded(child::await);
                t.seen("body", AnyIO::checkpoint);
            });
            t.add("not reached");
        });
        t.is("child: cancelled", "body: cancelled", "called+caught", "called");
    }

    @AnyIOTest
    void aTaskCancelsAScopeOfItsHostThatItDoesNotStandIn() {
        t.group(group -> {
            CancelScope.open(scope -> {
                t.watch(scope);
                var child = group.startSoon(() -> {
                    scope.cancel();
                    t.seen("child", AnyIO::checkpoint);
                });
                CancelScope.shielded(child::await);
                t.seen("body", AnyIO::checkpoint);
            });
            t.seen("after", AnyIO::checkpoint);
        });
        t.is("child: ok", "body: cancelled", "after: ok", "untouched", "called+caught");
    }

    @AnyIOTest
    void aDeepTreeIsCancelledFromItsRoot() {
        var ended = new AtomicInteger();
        t.watch(CancelScope.moveOnAfter(Duration.ofMillis(5), () -> node(5, false, ended)));
        t.add(ended.get() + " leaves ended");
        t.is("32 leaves ended", "called+caught");
    }

    @AnyIOTest
    void oneLeafOfADeepTreeFails() {
        var ended = new AtomicInteger();
        t.kept("all", () -> node(3, true, ended));
        t.add(ended.get() + " leaves ended");
        t.is("all: [[[leaf]]]", "7 leaves ended");
    }

    private static void node(int depth, boolean fails, AtomicInteger ended) {
        if (depth > 0) {
            TaskGroup.run(group -> {
                group.startSoon(() -> node(depth - 1, fails, ended));
                group.startSoon(() -> node(depth - 1, false, ended));
                AnyIO.sleepForever();
            });
        } else if (fails) {
            AnyIO.sleep(Duration.ofMillis(5));
            boom("leaf");
        } else {
            try {
                AnyIO.sleepForever();
            } finally {
                ended.incrementAndGet();
            }
        }
    }

    @AnyIOTest
    void aTaskLowersItsShieldInTheScopeThatItHasCancelled() {
        CancelScope.open(scope -> {
            t.watch(scope);
            t.group(group -> group.startSoon(() -> {
                var mine = CancelScope.create().shield(true);
                mine.run(() -> {
                    scope.cancel();
                    t.seen("shielded", Trace::settle);
                    mine.shield(false);
                    t.seen("open", Trace::settle);
                });
            }));
        });
        t.is("shielded: ok", "open: cancelled", "called+caught", "called");
    }

    @AnyIOTest
    void aTaskThatSwallowsThreeTimesEndsWhenItWants() {
        t.group(group -> {
            group.startSoon(() -> {
                for (int i = 0; i < 3; i++) {
                    t.kept("stubborn", AnyIO::sleepForever);
                }
                shieldedPause();
                t.add("stubborn ends");
            });
            settle();
            group.cancel();
            t.add("body ends");
        });
        t.is(
                "body ends",
                "stubborn: cancelled",
                "stubborn: cancelled",
                "stubborn: cancelled",
                "stubborn ends",
                "called+caught");
    }

    @AnyIOTest
    void aGroupThatWasLeftDoesNotCancelWhatFollows() {
        CancelScope.open(scope -> {
            t.watch(scope);
            TaskGroup[] left = new TaskGroup[1];
            t.group(group -> {
                left[0] = group;
                group.startSoon(Trace::settle);
            });
            left[0].cancel();
            t.seen("sleep", Trace::settle);
            scope.cancel();
            t.seen("more", Trace::settle);
        });
        t.is("sleep: ok", "more: cancelled", "called+caught", "called");
    }

    @AnyIOTest
    void cleanUpThatTimesOutInAFailingGroup() {
        t.kept(
                "all",
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            CancelScope.shielded(
                                    () -> CancelScope.failAfter(Duration.ofMillis(2), AnyIO::sleepForever));
                        }
                    });
                    settle();
                    boom("body");
                }));
        t.is("all: [body, timeout]");
    }
}
