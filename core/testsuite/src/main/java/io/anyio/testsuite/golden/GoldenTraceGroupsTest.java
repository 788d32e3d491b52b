package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.boom;
import static io.anyio.testsuite.golden.TraceRecorder.settle;
import static io.anyio.testsuite.golden.TraceRecorder.shieldedPause;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.testing.junit.AnyIOTest;

/** Groups that fail and are cancelled, with traces that were recorded on the original. */
class GoldenTraceGroupsTest {
    private final TraceRecorder t = new TraceRecorder();

    @AnyIOTest
    void cancelledWhileItWaitsAtItsEnd() {
        t.group(group -> {
            group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
            group.startSoon(() -> {
                settle();
                group.cancel();
            });
        });
        t.is("child: cancelled", "called+caught");
    }

    @AnyIOTest
    void cancelledInTheBodyAndLeftWithATask() {
        t.group(group -> {
            group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
            group.cancel();
            t.add("body ends");
        });
        t.is("body ends", "child: cancelled", "called+caught");
    }

    @AnyIOTest
    void cancelledInTheBodyAndLeftWithoutTasks() {
        t.group(TaskGroup::cancel);
        t.is("called");
    }

    @AnyIOTest
    void theBodySwallowsTheCancellation() {
        t.group(group -> {
            group.cancel();
            t.kept("body", AnyIO::checkpoint);
        });
        t.is("body: cancelled", "called");
    }

    @AnyIOTest
    void theScopeAroundIsCancelledWhileItWaits() {
        CancelScope.open(outer -> {
            t.watch(outer);
            t.seen(
                    "group",
                    () -> t.group(group -> {
                        group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
                        group.startSoon(() -> CancelScope.shielded(() -> {
                            settle();
                            outer.cancel();
                        }));
                    }));
        });
        t.is("child: cancelled", "group: cancelled", "called+caught", "called");
    }

    @AnyIOTest
    void theScopeAroundIsCancelledAndATaskFailsInItsCleanUp() {
        t.kept(
                "all",
                () -> CancelScope.open(outer -> {
                    t.watch(outer);
                    t.group(group -> {
                        group.startSoon(() -> failsWhenCancelled("cleanup"));
                        group.startSoon(() -> {
                            settle();
                            outer.cancel();
                        });
                    });
                }));
        t.is("all: [cleanup]", "called", "called");
    }

    @AnyIOTest
    void aTaskFailsLateInACancelledScope() {
        t.kept(
                "all",
                () -> CancelScope.open(outer -> {
                    t.watch(outer);
                    t.group(group -> {
                        group.startSoon(() -> {
                            shieldedPause();
                            boom("late");
                        });
                        outer.cancel();
                        t.seen("body", AnyIO::sleepForever);
                    });
                }));
        t.is("body: cancelled", "all: [late]", "called", "called");
    }

    @AnyIOTest
    void theBodyFailsAfterTheScopeAroundWasCancelled() {
        t.kept(
                "all",
                () -> CancelScope.open(outer -> {
                    t.watch(outer);
                    t.group(group -> {
                        group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
                        settle();
                        outer.cancel();
                        boom("body");
                    });
                }));
        t.is("child: cancelled", "all: [body]", "called", "called");
    }

    @AnyIOTest
    void theInnermostOfThreeFails() {
        t.kept(
                "all",
                () -> t.group(_ -> t.group(_ -> t.group(c -> {
                    c.startSoon(() -> boom("x"));
                    t.seen("body", AnyIO::sleepForever);
                }))));
        t.is("body: cancelled", "all: [[[x]]]", "called", "called", "called");
    }

    @AnyIOTest
    void theOuterOfTwoFails() {
        t.kept(
                "all",
                () -> t.group(a -> {
                    a.startSoon(() -> {
                        settle();
                        boom("x");
                    });
                    t.seen(
                            "inner group",
                            () -> t.group(b -> {
                                b.startSoon(() -> {
                                    try {
                                        AnyIO.sleepForever();
                                    } finally {
                                        shieldedPause();
                                        t.add("inner ends");
                                    }
                                });
                                t.seen("body", AnyIO::sleepForever);
                            }));
                }));
        t.is("body: cancelled", "inner ends", "inner group: cancelled", "all: [x]", "called", "called");
    }

    @AnyIOTest
    void aGroupBehindAShieldInACancelledScope() {
        CancelScope.open(outer -> {
            t.watch(outer).cancel();
            CancelScope.shielded(() -> t.group(group -> {
                var child = group.startSoon(() -> t.seen("child", TraceRecorder::settle));
                child.await();
                t.seen("body", TraceRecorder::settle);
            }));
            t.seen("after", AnyIO::checkpoint);
        });
        t.is("child: ok", "body: ok", "after: cancelled", "called+caught", "untouched");
    }

    @AnyIOTest
    void theShieldOfTheHostDoesNotProtectTheTasks() {
        TaskGroup.run(group -> {
            CancelScope.shielded(() -> {
                var child = group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
                settle();
                group.cancel();
                t.seen("host", child::await);
            });
            t.seen("host after", AnyIO::checkpoint);
        });
        t.is("child: cancelled", "host: ok", "host after: cancelled");
    }

    @AnyIOTest
    void aShieldedGroupKeepsTheOutsideAway() {
        CancelScope.open(outer -> {
            t.watch(outer);
            t.group(group -> {
                group.cancelScope().setShield(true);
                outer.cancel();
                t.seen("body", TraceRecorder::settle);
                group.startSoon(() -> t.seen("child", TraceRecorder::settle));
            });
            t.seen("after", AnyIO::checkpoint);
        });
        t.is("body: ok", "child: ok", "after: cancelled", "called+caught", "untouched");
    }

    @AnyIOTest
    void theShieldOfAGroupIsLoweredWhileItWaits() {
        CancelScope.open(outer -> {
            t.watch(outer);
            t.group(group -> {
                group.cancelScope().setShield(true);
                group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
                group.startSoon(() -> {
                    settle();
                    t.add("lower");
                    group.cancelScope().setShield(false);
                    AnyIO.checkpoint();
                    t.add("not reached");
                });
                outer.cancel();
            });
            t.add("not reached");
        });
        t.is("lower", "child: cancelled", "called+caught", "called");
    }

    private static void failsWhenCancelled(String message) {
        try {
            AnyIO.sleepForever();
        } finally {
            boom(message);
        }
    }
}
