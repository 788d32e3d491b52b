package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.boom;
import static io.anyio.testsuite.golden.TraceRecorder.settle;
import static io.anyio.testsuite.golden.TraceRecorder.shieldedPause;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;

/** Starts across groups, inside other starts and in cancelled scopes; traces recorded on the original. */
class GoldenTraceNestedStartTest {
    private final TraceRecorder t = new TraceRecorder();

    @AnyIOTest
    void aTaskFailsWhileItStartsInTheGroupOfAnother() {
        t.group(outer -> {
            t.group(group -> {
                var starter = outer.startSoon(() -> t.kept(
                        "start",
                        () -> group.start(_ -> {
                            settle();
                            boom("child");
                        })));
                starter.await();
            });
            t.kept("host", AnyIO::checkpoint);
        });
        t.is("start: child", "host: ok", "untouched", "untouched");
    }

    @AnyIOTest
    void aTaskThatStartsKeepsTheGroupOpen() {
        TaskGroup.run(outer -> {
            TaskGroup.run(group -> {
                outer.startSoon(() -> {
                    group.start(status -> {
                        settle();
                        status.started(null);
                        shieldedPause();
                        shieldedPause();
                        t.add("child ends");
                    });
                    t.add("started");
                });
                settle();
            });
            t.add("group left");
        });
        t.is("started", "child ends", "group left");
    }

    @AnyIOTest
    void theTaskFailsRightAfterItsReport() {
        t.kept(
                "all",
                () -> t.group(group -> Timeouts.moveOnAfter(Duration.ofSeconds(60), scope -> {
                    t.watch(scope);
                    t.add(group.<String>start(status -> {
                        status.started("v");
                        boom("after");
                    }));
                    t.seen("next", AnyIO::sleepForever);
                })));
        t.is("v", "next: cancelled", "all: [after]", "called", "untouched");
    }

    @AnyIOTest
    void theTaskFailsBeforeItsReportAndTheGroupGoesOn() {
        t.group(group -> {
            t.kept("start", () -> group.start(_ -> boom("before")));
            group.startSoon(() -> t.add("other"));
        });
        t.is("start: before", "other", "untouched");
    }

    @AnyIOTest
    void theTaskThrowsAGroupBeforeItsReport() {
        t.group(group -> {
            t.kept(
                    "start",
                    () -> group.start(_ -> TaskGroup.run(inner -> {
                        inner.startSoon(() -> boom("bad"));
                        AnyIO.sleepForever();
                    })));
            t.kept("next", AnyIO::checkpoint);
        });
        t.is("start: [bad]", "next: ok", "untouched");
    }

    @AnyIOTest
    void aStartingTaskStartsAnother() {
        TaskGroup.run(group -> {
            t.add(group.<String>start(outer -> {
                t.add(group.<String>start(inner -> {
                    inner.started("inner");
                    t.seen("inner", AnyIO::sleepForever);
                }));
                outer.started("outer");
            }));
            settle();
            group.cancel();
        });
        t.is("inner", "outer", "inner: cancelled");
    }

    @AnyIOTest
    void theCallerOfAStartInsideAStartIsCancelled() {
        t.group(group -> {
            Timeouts.moveOnAfter(Duration.ofMillis(5), scope -> {
                t.watch(scope);
                t.seen(
                        "start",
                        () -> group.start(_ ->
                                t.seen("outer", () -> group.start(_ -> t.seen("inner", AnyIO::sleepForever)))));
            });
            t.kept("next", AnyIO::checkpoint);
        });
        t.is("inner: cancelled", "outer: cancelled", "start: cancelled", "next: ok", "untouched", "called+caught");
    }

    @AnyIOTest
    void aTaskReportsFromInsideAGroupOfItsOwn() {
        t.group(group -> {
            t.add(group.<String>start(status -> TaskGroup.run(inner -> {
                inner.startSoon(() -> t.seen("worker", AnyIO::sleepForever));
                status.started("ready");
            })));
            settle();
            group.cancel();
        });
        t.is("ready", "worker: cancelled", "called+caught");
    }

    @AnyIOTest
    void aTaskThatOnlyCancelsAScopeOfItsOwnHasNotReported() {
        t.group(group -> t.kept(
                "start",
                () -> group.start(_ -> {
                    CancelScope.open(scope -> {
                        scope.cancel();
                        AnyIO.checkpoint();
                    });
                    t.add("child ends");
                })));
        t.is("child ends", "start: not started", "untouched");
    }

    @AnyIOTest
    void inACancelledScopeATaskThatEndsAtOnce() {
        t.group(group -> CancelScope.open(scope -> {
            t.watch(scope).cancel();
            t.seen("start", () -> group.start(_ -> t.add("ran")));
        }));
        t.is("ran", "start: cancelled", "untouched", "called+caught");
    }

    @AnyIOTest
    void inACancelledScopeATaskThatReportsAtOnce() {
        t.group(group -> CancelScope.open(scope -> {
            t.watch(scope).cancel();
            t.seen(
                    "start",
                    () -> group.<String>start(status -> {
                        status.started("v");
                        t.add("reported");
                        t.seen("child", AnyIO::sleepForever);
                    }));
        }));
        t.is("reported", "child: cancelled", "start: cancelled", "untouched", "called+caught");
    }

    @AnyIOTest
    void inACancelledScopeATaskThatFailsAtOnce() {
        t.kept(
                "all",
                () -> t.group(group -> CancelScope.open(scope -> {
                    t.watch(scope).cancel();
                    t.seen("start", () -> group.start(_ -> boom("boom")));
                })));
        t.is("start: cancelled", "all: ok", "untouched", "called+caught");
    }

    @AnyIOTest
    void behindAShieldInACancelledScopeATaskStartsAsEver() {
        t.group(group -> CancelScope.open(scope -> {
            t.watch(scope).cancel();
            CancelScope.shielded(() -> t.add(group.<String>start(status -> {
                settle();
                status.started("v");
            })));
            t.seen("next", AnyIO::checkpoint);
        }));
        t.is("v", "next: cancelled", "untouched", "called+caught");
    }

    @AnyIOTest
    void theBodyFailsWhileATaskStartsAnother() {
        t.kept(
                "all",
                () -> TaskGroup.run(group -> {
                    group.startSoon(() ->
                            t.seen("child", () -> group.start(_ -> t.seen("grandchild", AnyIO::sleepForever))));
                    settle();
                    settle();
                    boom("body");
                }));
        t.is("grandchild: cancelled", "child: cancelled", "all: [body]");
    }

    @AnyIOTest
    void aSurvivorStartsTasksInAGroupThatWasLeft() {
        TaskGroup.run(outer -> {
            var left = TaskGroup.<TaskGroup>call(group -> group);
            outer.startSoon(() -> {
                t.kept("soon", () -> left.startSoon(AnyIO::checkpoint));
                t.kept("start", () -> left.start(status -> status.started(null)));
            });
        });
        t.is("soon: inactive", "start: inactive");
    }
}
