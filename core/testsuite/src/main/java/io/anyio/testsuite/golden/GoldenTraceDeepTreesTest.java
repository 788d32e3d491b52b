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
import java.util.concurrent.atomic.AtomicInteger;

/** Cancellation across whole trees of tasks, with traces that were recorded on the original. */
class GoldenTraceDeepTreesTest {
    private final TraceRecorder t = new TraceRecorder();

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
        t.watch(Timeouts.moveOnAfter(Duration.ofMillis(5), () -> node(5, false, ended)));
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
                var mine = CancelScope.create().setShield(true);
                mine.run(() -> {
                    scope.cancel();
                    t.seen("shielded", TraceRecorder::settle);
                    mine.setShield(false);
                    t.seen("open", TraceRecorder::settle);
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
                group.startSoon(TraceRecorder::settle);
            });
            left[0].cancel();
            t.seen("sleep", TraceRecorder::settle);
            scope.cancel();
            t.seen("more", TraceRecorder::settle);
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
                            CancelScope.shielded(() -> Timeouts.failAfter(Duration.ofMillis(2), AnyIO::sleepForever));
                        }
                    });
                    settle();
                    boom("body");
                }));
        t.is("all: [body, timeout]");
    }
}
