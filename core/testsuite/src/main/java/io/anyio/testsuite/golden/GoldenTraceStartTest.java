package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.boom;
import static io.anyio.testsuite.golden.TraceRecorder.settle;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;

/** Starting tasks while something is cancelled or fails, with traces that were recorded on the original. */
class GoldenTraceStartTest {
    private final TraceRecorder t = new TraceRecorder();

    @AnyIOTest
    void theTaskFailsInItsCleanUpWhenTheCallerIsCancelled() {
        t.kept(
                "all",
                () -> t.group(group -> CancelScope.open(scope -> {
                    cancelsSoon(group, scope);
                    t.seen(
                            "start",
                            () -> group.start(_ -> {
                                try {
                                    AnyIO.sleepForever();
                                } finally {
                                    boom("cleanup");
                                }
                            }));
                })));
        t.is("start: cancelled", "all: ok", "untouched", "called+caught");
    }

    @AnyIOTest
    void theTaskReportsInItsCleanUpWhenTheCallerIsCancelled() {
        t.kept(
                "all",
                () -> t.group(group -> CancelScope.open(scope -> {
                    cancelsSoon(group, scope);
                    t.seen(
                            "start",
                            () -> group.<String>start(status -> {
                                try {
                                    AnyIO.sleepForever();
                                } catch (Cancelled c) {
                                    status.started("v");
                                    t.add("reported");
                                }
                                t.seen("child", TraceRecorder::settle);
                            }));
                })));
        t.is("reported", "child: cancelled", "start: cancelled", "all: ok", "untouched", "called+caught");
    }

    @AnyIOTest
    void aShieldedTaskReportsAfterTheCallerWasCancelled() {
        t.group(group -> CancelScope.open(scope -> {
            cancelsSoon(group, scope);
            t.seen(
                    "start",
                    () -> group.<String>start(status -> {
                        behindAShieldUntil(scope);
                        status.started("v");
                        t.add("reported");
                        t.seen("child", TraceRecorder::settle);
                    }));
        }));
        t.is("reported", "child: cancelled", "start: cancelled", "untouched", "called+caught");
    }

    @AnyIOTest
    void aShieldedTaskEndsWithoutAReportAfterTheCallerWasCancelled() {
        t.group(group -> CancelScope.open(scope -> {
            cancelsSoon(group, scope);
            t.seen(
                    "start",
                    () -> group.start(_ -> {
                        behindAShieldUntil(scope);
                        t.add("child ends");
                    }));
        }));
        t.is("child ends", "start: cancelled", "untouched", "called+caught");
    }

    @AnyIOTest
    void aShieldedTaskFailsAfterTheCallerWasCancelled() {
        t.kept(
                "all",
                () -> t.group(group -> {
                    CancelScope.open(scope -> {
                        cancelsSoon(group, scope);
                        t.seen(
                                "start",
                                () -> group.start(_ -> {
                                    behindAShieldUntil(scope);
                                    boom("late");
                                }));
                    });
                    t.kept("next", AnyIO::checkpoint);
                }));
        t.is("start: cancelled", "next: ok", "all: ok", "untouched", "called+caught");
    }

    @AnyIOTest
    void startingTakesTooLong() {
        t.kept(
                "all",
                () -> t.group(group -> Timeouts.failAfter(Duration.ofMillis(2), scope -> {
                    t.watch(scope);
                    t.seen("start", () -> group.start(_ -> t.seen("child", AnyIO::sleepForever)));
                })));
        t.is("child: cancelled", "start: cancelled", "all: [timeout]", "called", "called+caught");
    }

    @AnyIOTest
    void theGroupIsCancelledWhileATaskStarts() {
        t.group(group -> {
            group.startSoon(() -> {
                settle();
                group.cancel();
            });
            t.seen("start", () -> group.start(_ -> t.seen("child", AnyIO::sleepForever)));
        });
        t.is("child: cancelled", "start: cancelled", "called+caught");
    }

    private void cancelsSoon(TaskGroup group, CancelScope scope) {
        t.watch(scope);
        group.startSoon(() -> {
            settle();
            scope.cancel();
        });
    }

    private static void behindAShieldUntil(CancelScope scope) {
        CancelScope.shielded(() -> {
            while (!scope.cancelCalled()) {
                settle();
            }
            settle();
        });
    }
}
