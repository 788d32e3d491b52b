package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.boom;
import static io.anyio.testsuite.golden.TraceRecorder.sleep;
import static io.anyio.testsuite.golden.TraceRecorder.span;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;

/** Deadlines around, on and inside groups, in virtual time; traces recorded on the original. */
class GoldenTraceGroupTimeTest {
    private final TraceRecorder t = new TraceRecorder();

    @AnyIOTest(backends = "simulation")
    void aDeadlineOnTheScopeOfAGroup() {
        t.group(group -> {
            group.cancelScope().setDeadline(Deadline.after(span(1)));
            group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
        });
        t.is("child: cancelled", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void oneTaskTimesOutItsSiblingGoesOn() {
        t.group(group -> {
            group.startSoon(() -> {
                Timeouts.moveOnAfter(span(1), AnyIO::sleepForever);
                t.add("timed");
            });
            group.startSoon(() -> {
                sleep(2);
                t.add("sibling");
            });
        });
        t.is("timed", "sibling", "untouched");
    }

    @AnyIOTest(backends = "simulation")
    void failuresAtThreeLevelsInOrder() {
        t.kept(
                "all",
                () -> TaskGroup.run(a -> {
                    a.startSoon(() -> {
                        sleep(1);
                        boom("1");
                    });
                    TaskGroup.run(b -> {
                        b.startSoon(() -> failsAfterCleanUp(1, "2"));
                        TaskGroup.run(c -> {
                            c.startSoon(() -> failsAfterCleanUp(2, "3"));
                            failsAfterCleanUp(3, "body");
                        });
                    });
                }));
        t.is("all: [1, [2, [3, body]]]");
    }

    private static void failsAfterCleanUp(double seconds, String message) {
        try {
            AnyIO.sleepForever();
        } finally {
            CancelScope.shielded(() -> sleep(seconds));
            boom(message);
        }
    }

    @AnyIOTest(backends = "simulation")
    void tasksCleanUpBehindShieldsWithDeadlines() {
        t.group(group -> {
            for (int seconds : new int[] {1, 9}) {
                group.startSoon(() -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        var cleanUp = CancelScope.create().setShield(true).setDeadline(Deadline.after(span(2)));
                        cleanUp.run(() -> sleep(seconds));
                        t.flags(cleanUp);
                    }
                });
            }
            sleep(1);
            group.cancel();
        });
        t.is("untouched", "called+caught", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void theOuterDeadlinePassesWhileAFailedGroupWaits() {
        t.kept(
                "all",
                () -> Timeouts.failAfter(span(2), scope -> {
                    t.watch(scope);
                    TaskGroup.run(group -> {
                        group.startSoon(() -> {
                            CancelScope.shielded(() -> sleep(5));
                            t.add("done");
                        });
                        sleep(1);
                        boom("body");
                    });
                }));
        t.is("done", "all: [body]", "called");
    }

    @AnyIOTest(backends = "simulation")
    void aReportJustBeforeTheTimeOutAndTheTaskLivesOn() {
        t.group(group -> {
            Timeouts.moveOnAfter(span(2), scope -> {
                t.watch(scope);
                t.add(group.<String>start(status -> {
                    sleep(1);
                    status.started("v");
                    sleep(3);
                    t.add("child ends");
                }));
                t.seen("rest", AnyIO::sleepForever);
            });
            t.add("moved on");
        });
        t.is("v", "rest: cancelled", "moved on", "child ends", "untouched", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void theEventWinsTheRaceAgainstTheTimer() {
        TaskGroup.run(group -> {
            var event = Event.create();
            group.startSoon(() -> {
                sleep(1);
                event.set();
            });
            t.kept(
                    "all",
                    () -> Timeouts.failAfter(span(2), scope -> {
                        t.watch(scope);
                        event.await();
                    }));
            t.kept("later", () -> sleep(5));
        });
        t.is("all: ok", "later: ok", "untouched");
    }

    @AnyIOTest(backends = "simulation")
    void siblingsCleanUpInTheOrderOfTheirDeadlines() {
        t.kept(
                "all",
                () -> TaskGroup.run(group -> {
                    for (int n : new int[] {3, 1, 2}) {
                        group.startSoon(() -> {
                            try {
                                AnyIO.sleepForever();
                            } finally {
                                CancelScope.shielded(() -> Timeouts.moveOnAfter(span(n), AnyIO::sleepForever));
                                t.add("cleaned " + n);
                            }
                        });
                    }
                    sleep(1);
                    group.cancel();
                }));
        t.is("cleaned 1", "cleaned 2", "cleaned 3", "all: ok");
    }

    @AnyIOTest(backends = "simulation")
    void waitingForATaskWithATimeOutLeavesTheTaskAlone() {
        TaskGroup.run(group -> {
            var child = group.startSoon(() -> {
                sleep(3);
                t.add("child ends");
            });
            t.watch(Timeouts.moveOnAfter(span(1), child::await));
            t.status(child);
            child.await();
            t.status(child);
        });
        t.is("pending", "child ends", "finished", "called+caught");
    }
}
