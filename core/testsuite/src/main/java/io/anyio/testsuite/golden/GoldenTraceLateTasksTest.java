package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.boom;
import static io.anyio.testsuite.golden.TraceRecorder.delivered;
import static io.anyio.testsuite.golden.TraceRecorder.settle;
import static io.anyio.testsuite.golden.TraceRecorder.shieldedPause;

import io.anyio.AnyIO;
import io.anyio.ErrorGroup;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.List;

/** Tasks that fail, start or end late in groups that are over; traces recorded on the original. */
class GoldenTraceLateTasksTest {
    private final TraceRecorder t = new TraceRecorder();

    @AnyIOTest
    void aTimeOutAroundAGroupWhoseTaskFailsInItsCleanUp() {
        t.kept(
                "all",
                () -> Timeouts.failAfter(Duration.ofMillis(2), scope -> {
                    t.watch(scope);
                    t.group(group -> group.startSoon(() -> failsWhenCancelled("cleanup")));
                }));
        t.is("all: [cleanup]", "called", "called");
    }

    @AnyIOTest
    void aTimeOutInsideATaskIsAnOrdinaryMember() {
        t.kept(
                "all",
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> Timeouts.failAfter(Duration.ofMillis(2), AnyIO::sleepForever));
                    t.seen("body", AnyIO::sleepForever);
                }));
        t.is("body: cancelled", "all: [timeout]");
    }

    @AnyIOTest
    void aTaskStartedAfterTheCancellationSwallowsIt() {
        t.group(group -> {
            group.cancel();
            group.startSoon(() -> {
                t.add("begun");
                t.kept("first", AnyIO::checkpoint);
                t.seen("second", TraceRecorder::settle);
            });
        });
        t.is("begun", "first: cancelled", "second: cancelled", "called+caught");
    }

    @AnyIOTest
    void aCancelledTaskStartsAnotherInItsCleanUp() {
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    t.add("cleanup");
                    group.startSoon(() -> {
                        t.add("late begun");
                        t.seen("late", AnyIO::checkpoint);
                    });
                }
            });
            settle();
            group.cancel();
        });
        t.is("cleanup", "late begun", "late: cancelled");
    }

    @AnyIOTest
    void aTaskIsStartedWhileAFailedGroupWaits() {
        t.kept(
                "all",
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            shieldedPause();
                            group.startSoon(() -> {
                                t.add("late begun");
                                t.seen("late", AnyIO::checkpoint);
                            });
                        }
                    });
                    settle();
                    boom("body");
                }));
        t.is("late begun", "late: cancelled", "all: [body]");
    }

    @AnyIOTest
    void aCancellationThrownOnInAGroupOutOfTheBody() {
        t.group(group -> {
            group.cancel();
            throw new ErrorGroup("x", List.of(delivered()));
        });
        t.is("called+caught");
    }

    @AnyIOTest
    void aMixedGroupOutOfTheBody() {
        t.kept(
                "all",
                () -> t.group(group -> {
                    group.cancel();
                    throw new ErrorGroup("x", List.of(delivered(), new IllegalArgumentException("b")));
                }));
        t.is("all: [[b]]", "called+caught");
    }

    private static void failsWhenCancelled(String message) {
        try {
            AnyIO.sleepForever();
        } finally {
            boom(message);
        }
    }
}
