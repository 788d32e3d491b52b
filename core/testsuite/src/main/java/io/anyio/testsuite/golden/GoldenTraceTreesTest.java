package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.boom;
import static io.anyio.testsuite.golden.TraceRecorder.settle;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.List;

/** Trees of tasks that cancel each other across scopes, with traces that were recorded on the original. */
class GoldenTraceTreesTest {
    private final TraceRecorder t = new TraceRecorder();

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
                    Timeouts.moveOnAfter(
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
}
