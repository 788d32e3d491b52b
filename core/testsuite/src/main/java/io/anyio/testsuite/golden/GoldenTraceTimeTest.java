package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.deadline;
import static io.anyio.testsuite.golden.TraceRecorder.delivered;
import static io.anyio.testsuite.golden.TraceRecorder.sleep;
import static io.anyio.testsuite.golden.TraceRecorder.span;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.ErrorGroup;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.testing.junit.AnyIOTest;
import java.util.List;

/** Programs about time, in virtual time, with traces that were recorded on the original under its virtual clocks. */
class GoldenTraceTimeTest {
    private final TraceRecorder t = new TraceRecorder();

    @AnyIOTest(backends = "simulation")
    void aShieldedTimeOutInACancelledScope() {
        CancelScope.open(outer -> {
            t.watch(outer).cancel();
            var timed = t.watch(CancelScope.create().setShield(true).setDeadline(Deadline.after(span(1))));
            timed.run(() -> t.seen("sleep", () -> sleep(5)));
            t.add("between");
            t.seen("after", AnyIO::checkpoint);
        });
        t.is("sleep: cancelled", "between", "after: cancelled", "called+caught", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void twoDeadlinesAtTheSamePoint() {
        Deadline at = Deadline.after(span(1));
        Timeouts.moveOnAt(at, outer -> {
            t.watch(outer);
            Timeouts.moveOnAt(at, () -> t.seen("sleep", () -> sleep(5)));
            t.add("not reached");
        });
        t.is("sleep: cancelled", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void theOuterDeadlinePassesDuringTheCleanUpOfTheInner() {
        Timeouts.moveOnAfter(span(2), outer -> {
            t.watch(outer);
            Timeouts.moveOnAfter(span(1), inner -> {
                t.watch(inner);
                try {
                    sleep(9);
                } finally {
                    t.add("cleanup");
                    CancelScope.shielded(() -> sleep(3));
                    t.add("cleaned");
                }
            });
            t.add("not reached");
        });
        t.is("cleanup", "cleaned", "called+caught", "called");
    }

    @AnyIOTest(backends = "simulation")
    void aFailingInnerTimeOutUnwindsPastTheOuterDeadline() {
        t.kept(
                "all",
                () -> Timeouts.moveOnAfter(span(2), outer -> {
                    t.watch(outer);
                    Timeouts.failAfter(span(1), inner -> {
                        t.watch(inner);
                        try {
                            sleep(9);
                        } finally {
                            CancelScope.shielded(() -> sleep(3));
                        }
                    });
                    t.add("not reached");
                }));
        t.is("all: ok", "called+caught", "called");
    }

    @AnyIOTest(backends = "simulation")
    void aShieldThatOutlastsTheTimeOutAroundIt() {
        t.kept(
                "all",
                () -> Timeouts.failAfter(span(1), scope -> {
                    t.watch(scope);
                    CancelScope.shielded(() -> sleep(3));
                    t.flags(scope);
                    t.add(deadline());
                }));
        t.is("called", "past", "all: ok", "called");
    }

    @AnyIOTest(backends = "simulation")
    void aShieldThatOutlastsTheTimeOutAndThenACheckpoint() {
        t.kept(
                "all",
                () -> Timeouts.failAfter(span(1), scope -> {
                    t.watch(scope);
                    CancelScope.shielded(() -> sleep(3));
                    AnyIO.checkpoint();
                    t.add("not reached");
                }));
        t.is("all: timeout", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void aDeadlineMovedLaterTwice() {
        Timeouts.moveOnAfter(span(1), scope -> {
            t.watch(scope);
            for (int i = 0; i < 2; i++) {
                scope.setDeadline(scope.deadline().plus(span(2)));
                sleep(2);
            }
            t.add("alive");
            t.seen("last", () -> sleep(9));
        });
        t.is("alive", "last: cancelled", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void aDeadlineMovedNearerInsideAShield() {
        Timeouts.moveOnAfter(span(100), scope -> {
            t.watch(scope);
            CancelScope.shielded(() -> {
                scope.setDeadline(Deadline.after(span(1)));
                sleep(2);
                t.flags(scope);
                t.add(deadline());
            });
            t.seen("after", AnyIO::checkpoint);
        });
        t.is("called", "never", "after: cancelled", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void theEffectiveDeadlineThroughManyScopes() {
        t.add(deadline());
        Timeouts.moveOnAfter(span(10), () -> {
            t.add(deadline());
            Timeouts.moveOnAfter(span(20), () -> {
                t.add(deadline());
                Timeouts.moveOnAfter(span(5), () -> {
                    t.add(deadline());
                    CancelScope.shielded(() -> {
                        t.add(deadline());
                        Timeouts.moveOnAfter(span(30), scope -> {
                            t.add(deadline());
                            scope.setShield(true);
                            t.add(deadline());
                            scope.setDeadline(Deadline.after(span(3)));
                            t.add(deadline());
                            scope.cancel();
                            t.add(deadline());
                        });
                        t.add(deadline());
                    });
                });
                t.add(deadline());
            });
        });
        t.add(deadline());
        t.is("never", "10", "10", "5", "never", "30", "30", "3", "past", "never", "10", "never");
    }

    @AnyIOTest(backends = "simulation")
    void cleanUpInAShieldWithADeadline() {
        CancelScope.open(scope -> {
            t.watch(scope).cancel();
            try {
                sleep(5);
            } finally {
                var cleanUp = t.watch(CancelScope.create().setShield(true).setDeadline(Deadline.after(span(2))));
                cleanUp.run(() -> {
                    t.add("begin");
                    sleep(1);
                    t.add("half");
                    sleep(5);
                    t.add("not reached");
                });
            }
        });
        t.is("begin", "half", "called+caught", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void cleanUpThatTimesOut() {
        t.kept(
                "scope",
                () -> CancelScope.open(scope -> {
                    t.watch(scope).cancel();
                    try {
                        sleep(5);
                    } finally {
                        CancelScope.shielded(() -> Timeouts.failAfter(span(2), () -> sleep(5)));
                    }
                }));
        t.is("scope: timeout", "called");
    }

    @AnyIOTest(backends = "simulation")
    void anInnerTimeOutIsHandledInsideAnOuterOne() {
        t.kept(
                "outer",
                () -> Timeouts.failAfter(span(3), outer -> {
                    t.watch(outer);
                    try {
                        Timeouts.failAfter(span(1), () -> sleep(9));
                    } catch (TimedOutException e) {
                        t.add("inner timed out");
                        sleep(9);
                    }
                }));
        t.is("inner timed out", "outer: timeout", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void aTimeOutWithAMixedGroup() {
        t.kept(
                "all",
                () -> Timeouts.failAfter(span(1), scope -> {
                    t.watch(scope);
                    t.kept("sleep", () -> sleep(5));
                    throw new ErrorGroup("x", List.of(new IllegalArgumentException("a"), delivered()));
                }));
        t.is("sleep: cancelled", "all: [a]", "called+caught");
    }

    @AnyIOTest(backends = "simulation")
    void theTimeRunsFromTheCallThatMadeTheScope() {
        var scope = t.watch(CancelScope.create().setDeadline(Deadline.after(span(2))));
        sleep(3);
        scope.run(() -> t.seen("first", AnyIO::checkpoint));
        t.is("first: cancelled", "called+caught");
    }
}
