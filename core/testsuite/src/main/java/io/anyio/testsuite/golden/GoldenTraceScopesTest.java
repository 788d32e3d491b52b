package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.boom;
import static io.anyio.testsuite.golden.TraceRecorder.deadline;
import static io.anyio.testsuite.golden.TraceRecorder.delivered;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.ErrorGroup;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.List;

/** Scopes in scopes, with traces that were recorded on the original. */
class GoldenTraceScopesTest {
    private final TraceRecorder t = new TraceRecorder();

    @AnyIOTest
    void shieldInATimeOutInACancelledScope() {
        CancelScope.open(outer -> {
            t.watch(outer).cancel();
            Timeouts.moveOnAfter(Duration.ofSeconds(60), timed -> {
                t.watch(timed);
                CancelScope.shielded(() -> {
                    t.add(deadline());
                    t.kept("inside", AnyIO::checkpoint);
                });
                t.add(deadline());
                t.seen("after", AnyIO::checkpoint);
            });
        });
        t.is("never", "inside: ok", "past", "after: cancelled", "called+caught", "untouched");
    }

    @AnyIOTest
    void swallowedThreeTimes() {
        CancelScope.open(scope -> {
            t.watch(scope).cancel();
            for (int i = 0; i < 3; i++) {
                t.kept("checkpoint", AnyIO::checkpoint);
            }
            t.add("end");
        });
        t.kept("outside", AnyIO::checkpoint);
        t.is("checkpoint: cancelled", "checkpoint: cancelled", "checkpoint: cancelled", "end", "outside: ok", "called");
    }

    @AnyIOTest
    void swallowedAndReplacedByAFailure() {
        t.kept(
                "scope",
                () -> CancelScope.open(scope -> {
                    t.watch(scope).cancel();
                    delivered();
                    boom("boom");
                }));
        t.is("scope: boom", "called");
    }

    @AnyIOTest
    void aCancellationInFinallyReplacesAFailure() {
        t.kept(
                "scope",
                () -> CancelScope.open(scope -> {
                    t.watch(scope).cancel();
                    try {
                        boom("boom");
                    } finally {
                        AnyIO.checkpoint();
                    }
                }));
        t.is("scope: ok", "called+caught");
    }

    @AnyIOTest
    void aFailurePassesThroughACancelledScope() {
        t.kept(
                "scope",
                () -> CancelScope.open(scope -> {
                    t.watch(scope).cancel();
                    boom("boom");
                }));
        t.is("scope: boom", "called");
    }

    @AnyIOTest
    void aDeadlineMovedIntoThePastFromInside() {
        Timeouts.moveOnAfter(Duration.ofSeconds(60), scope -> {
            t.watch(scope).setDeadline(Deadline.after(Duration.ofSeconds(-1)));
            t.flags(scope);
            t.add(deadline());
            t.seen("next", AnyIO::checkpoint);
        });
        t.is("called", "past", "next: cancelled", "called+caught");
    }

    @AnyIOTest
    void aDeadlineMovedAwayAfterItHasExpired() {
        Timeouts.moveOnAfter(Duration.ofMillis(1), scope -> {
            t.watch(scope);
            t.kept("sleep", AnyIO::sleepForever);
            scope.setDeadline(Deadline.NEVER);
            t.seen("again", AnyIO::checkpoint);
        });
        t.is("sleep: cancelled", "again: cancelled", "called+caught");
    }

    @AnyIOTest
    void aDeadlineSetAfterLeavingDoesNothing() {
        var scope = CancelScope.open(_ -> AnyIO.checkpoint());
        t.watch(scope).setDeadline(Deadline.PAST);
        AnyIO.checkpoint();
        t.is("untouched");
    }

    @AnyIOTest
    void cancelledAfterLeaving() {
        var scope = CancelScope.open(_ -> AnyIO.checkpoint());
        t.watch(scope).cancel();
        t.kept("outside", AnyIO::checkpoint);
        t.is("outside: ok", "called");
    }

    @AnyIOTest
    void aDeadlineThatPassedBeforeEntering() {
        var scope = t.watch(CancelScope.create().setDeadline(Deadline.after(Duration.ofMillis(1))));
        AnyIO.sleep(Duration.ofMillis(3));
        scope.run(() -> {
            t.add("entered");
            t.seen("first", AnyIO::checkpoint);
        });
        t.is("entered", "first: cancelled", "called+caught");
    }

    @AnyIOTest
    void aShieldLoweredAndRaisedInACancelledScope() {
        CancelScope.open(outer -> {
            t.watch(outer);
            var inner = t.watch(CancelScope.create().setShield(true));
            inner.run(() -> {
                outer.cancel();
                t.kept("shielded", AnyIO::checkpoint);
                inner.setShield(false);
                t.kept("lowered", AnyIO::checkpoint);
                inner.setShield(true);
                t.kept("raised", AnyIO::checkpoint);
            });
        });
        t.is("shielded: ok", "lowered: cancelled", "raised: ok", "called", "untouched");
    }

    @AnyIOTest
    void aShieldRaisedWhileBothUnwind() {
        CancelScope.open(outer -> {
            t.watch(outer);
            CancelScope.open(inner -> {
                t.watch(inner);
                outer.cancel();
                inner.cancel();
                try {
                    AnyIO.checkpoint();
                } finally {
                    inner.setShield(true);
                }
            });
            t.add("between");
            t.seen("after", AnyIO::checkpoint);
        });
        t.is("between", "after: cancelled", "called+caught", "called+caught");
    }

    @AnyIOTest
    void aShieldRaisedWhileTheOuterCancellationUnwinds() {
        CancelScope.open(outer -> {
            t.watch(outer);
            CancelScope.open(inner -> {
                t.watch(inner);
                outer.cancel();
                try {
                    AnyIO.checkpoint();
                } finally {
                    inner.setShield(true);
                }
            });
            t.add("not reached");
        });
        t.is("called+caught", "untouched");
    }

    @AnyIOTest
    void theMiddleOfThreeCancelled() {
        CancelScope.open(a -> {
            t.watch(a);
            CancelScope.open(b -> {
                t.watch(b);
                CancelScope.open(c -> {
                    t.watch(c);
                    b.cancel();
                    t.seen("checkpoint", AnyIO::checkpoint);
                });
                t.add("not reached");
            });
            t.kept("clean", AnyIO::checkpoint);
        });
        t.is("checkpoint: cancelled", "clean: ok", "untouched", "called+caught", "untouched");
    }

    @AnyIOTest
    void allOfThreeCancelledTheMiddleShielded() {
        CancelScope.open(a -> {
            t.watch(a);
            var b = t.watch(CancelScope.create().setShield(true));
            b.run(() -> {
                CancelScope.open(c -> {
                    t.watch(c).cancel();
                    b.cancel();
                    a.cancel();
                    t.seen("checkpoint", AnyIO::checkpoint);
                });
                t.add("not reached");
            });
            t.add("after b");
            t.seen("again", AnyIO::checkpoint);
        });
        t.is("checkpoint: cancelled", "after b", "again: cancelled", "called+caught", "called+caught", "called");
    }

    @AnyIOTest
    void allKindsOfCheckpointsInACancelledScope() {
        CancelScope.open(scope -> {
            t.watch(scope).cancel();
            t.kept("checkpoint", AnyIO::checkpoint);
            t.kept("if", AnyIO::checkpointIfCancelled);
            t.kept("shielded", AnyIO::cancelShieldedCheckpoint);
            t.kept("sleep 0", () -> AnyIO.sleep(Duration.ZERO));
            t.kept("sleep past", () -> AnyIO.sleepUntil(Deadline.PAST));
            var event = Event.create();
            event.set();
            t.kept("event", event::await);
            t.kept("empty group", () -> TaskGroup.run(_ -> {}));
        });
        t.is(
                "checkpoint: cancelled",
                "if: cancelled",
                "shielded: ok",
                "sleep 0: cancelled",
                "sleep past: cancelled",
                "event: cancelled",
                "empty group: ok",
                "called");
    }

    @AnyIOTest
    void aGroupOfNothingButCancellations() {
        CancelScope.open(scope -> {
            t.watch(scope).cancel();
            throw new ErrorGroup("x", List.of(delivered(), delivered()));
        });
        t.is("called+caught");
    }

    @AnyIOTest
    void aMixedGroupThroughTwoCancelledScopes() {
        t.kept(
                "all",
                () -> CancelScope.open(outer -> {
                    t.watch(outer).cancel();
                    t.seen(
                            "inner",
                            () -> CancelScope.open(inner -> {
                                t.watch(inner).cancel();
                                var c = delivered();
                                var nested = new ErrorGroup("y", List.of(c, new IllegalArgumentException("b")));
                                throw new ErrorGroup("x", List.of(new IllegalArgumentException("a"), c, nested));
                            }));
                }));
        t.is("inner: [a, cancelled, [cancelled, b]]", "all: [a, [b]]", "called+caught", "called");
    }

    @AnyIOTest
    void aTimeOutWithAMixedGroup() {
        t.kept(
                "all",
                () -> Timeouts.failAfter(Duration.ofMillis(-1), scope -> {
                    t.watch(scope);
                    throw new ErrorGroup("x", List.of(new IllegalArgumentException("a"), delivered()));
                }));
        t.is("all: [a]", "called+caught");
    }

    @AnyIOTest
    void aTimeOutWithAGroupOfNothingButCancellations() {
        t.kept(
                "all",
                () -> Timeouts.failAfter(Duration.ofMillis(-1), scope -> {
                    t.watch(scope);
                    throw new ErrorGroup("x", List.of(delivered()));
                }));
        t.is("all: timeout", "called+caught");
    }

    @AnyIOTest
    void aTimeOutOfZeroWithoutACheckpoint() {
        t.kept("fail", () -> Timeouts.failAfter(Duration.ZERO, t::watch));
        t.kept("move on", () -> Timeouts.moveOnAfter(Duration.ZERO, t::watch));
        t.is("fail: ok", "move on: ok", "called", "called");
    }

    @AnyIOTest
    void theReasonOfTheInnermostCancelledScope() {
        CancelScope.open(outer -> CancelScope.open(inner -> {
            outer.cancel("outer");
            inner.cancel("inner");
            t.add(delivered().reason().orElse("none"));
        }));
        t.is("inner");
    }
}
