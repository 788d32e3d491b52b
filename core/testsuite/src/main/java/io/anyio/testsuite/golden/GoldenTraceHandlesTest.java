package io.anyio.testsuite.golden;

import static io.anyio.testsuite.golden.TraceRecorder.boom;
import static io.anyio.testsuite.golden.TraceRecorder.settle;
import static io.anyio.testsuite.golden.TraceRecorder.shieldedPause;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import java.util.List;

/** Tasks cancelled through their handles, and waits that meet a cancellation; traces recorded on the original. */
class GoldenTraceHandlesTest {
    private final TraceRecorder t = new TraceRecorder();

    @AnyIOTest
    void cancelledWhileItsTaskIsShielded() {
        t.group(group -> {
            var release = Event.create();
            var child = group.startSoon(() -> {
                CancelScope.shielded(release::await);
                t.add("after the shield");
                t.seen("child", AnyIO::checkpoint);
            });
            settle();
            child.cancel();
            t.status(child);
            release.set();
            child.await();
            t.status(child);
        });
        t.is("cancelling", "after the shield", "child: cancelled", "cancelled", "untouched");
    }

    @AnyIOTest
    void theCancelledTaskSwallowsAndReturns() {
        TaskGroup.run(group -> {
            TaskHandle<Integer> child = group.startSoon(() -> {
                t.kept("child", AnyIO::sleepForever);
                return 7;
            });
            settle();
            child.cancel();
            t.kept("read", child::returnValue);
            t.add("value " + child.join());
            t.status(child);
        });
        t.is("read: task cancelled", "child: cancelled", "value 7", "finished");
    }

    @AnyIOTest
    void theCancelledTaskFailsInItsCleanUp() {
        t.kept(
                "all",
                () -> t.group(group -> {
                    var child = group.startSoon(() -> failsWhenCancelled("cleanup"));
                    settle();
                    child.cancel();
                    t.kept("join", child::join);
                    t.status(child);
                    t.kept("next", AnyIO::checkpoint);
                }));
        t.is("join: task failed", "failed", "next: cancelled", "all: [cleanup]", "called");
    }

    @AnyIOTest
    void aTaskWithAGroupOfItsOwnIsCancelledWhole() {
        t.group(group -> {
            var child = group.startSoon(() -> TaskGroup.run(inner -> {
                inner.startSoon(() -> t.seen("grandchild", AnyIO::sleepForever));
                try {
                    AnyIO.sleepForever();
                } finally {
                    shieldedPause();
                    t.add("host of inner");
                }
            }));
            settle();
            settle();
            child.cancel();
            child.await();
            t.status(child);
            t.kept("next", AnyIO::checkpoint);
        });
        t.is("grandchild: cancelled", "host of inner", "cancelled", "next: ok", "untouched");
    }

    @AnyIOTest
    void theHandleAndThenTheGroupAreCancelled() {
        TaskHandle<?>[] child = new TaskHandle<?>[1];
        t.group(group -> {
            child[0] = group.startSoon(() -> t.seen("child", AnyIO::sleepForever));
            settle();
            child[0].cancel();
            group.cancel();
        });
        t.status(child[0]);
        t.is("child: cancelled", "cancelled", "called+caught");
    }

    @AnyIOTest
    void aTaskCancelledByItsGroupIsPendingUntilItEnds() {
        TaskHandle<?>[] child = new TaskHandle<?>[1];
        TaskGroup.run(group -> {
            child[0] = group.startSoon(AnyIO::sleepForever);
            settle();
            group.cancel();
            t.status(child[0]);
            t.kept("read", child[0]::returnValue);
        });
        t.status(child[0]);
        t.kept("join", child[0]::join);
        t.is("pending", "read: task not finished", "cancelled", "join: task cancelled");
    }

    @AnyIOTest
    void aTaskCancelsItself() {
        t.group(group -> {
            TaskHandle<?>[] child = new TaskHandle<?>[1];
            child[0] = group.startSoon(() -> {
                child[0].cancel();
                t.status(child[0]);
                t.seen("child", AnyIO::checkpoint);
            });
            child[0].await();
            t.status(child[0]);
        });
        t.is("cancelling", "child: cancelled", "cancelled", "untouched");
    }

    @AnyIOTest
    void joiningAFinishedTaskInACancelledScope() {
        TaskGroup.run(group -> {
            TaskHandle<Integer> child = group.startSoon(() -> 1);
            child.await();
            CancelScope.open(scope -> {
                scope.cancel();
                t.kept("join", child::join);
            });
            t.add("value " + child.returnValue());
        });
        t.is("join: cancelled", "value 1");
    }

    @AnyIOTest
    void theCancelledTaskThrowsAMixedGroup() {
        t.kept(
                "all",
                () -> t.group(group -> {
                    var child = group.startSoon(() -> {
                        try {
                            AnyIO.sleepForever();
                        } catch (Cancelled c) {
                            throw new ErrorGroup("x", List.of(new IllegalArgumentException("a"), c));
                        }
                    });
                    settle();
                    child.cancel();
                    child.await();
                    t.status(child);
                    t.kept("next", AnyIO::checkpoint);
                }));
        t.is("failed", "next: cancelled", "all: [[a]]", "called");
    }

    @AnyIOTest
    void theCancelledTaskThrowsAGroupOfNothingButCancellations() {
        t.kept(
                "all",
                () -> t.group(group -> {
                    var child = group.startSoon(() -> {
                        try {
                            AnyIO.sleepForever();
                        } catch (Cancelled c) {
                            throw new ErrorGroup("x", List.of(c));
                        }
                    });
                    settle();
                    child.cancel();
                    child.await();
                    t.status(child);
                    t.kept("next", AnyIO::checkpoint);
                }));
        t.is("failed", "next: ok", "all: ok", "untouched");
    }

    @AnyIOTest
    void aStartedTaskFailsWhenItIsCancelledThroughItsHandle() {
        t.kept(
                "all",
                () -> t.group(group -> {
                    var started = group.<Object, Integer>startHandle(TaskOptions.DEFAULTS, status -> {
                        status.started(1);
                        failsWhenCancelled("cleanup");
                        throw new AssertionError("not reached");
                    });
                    started.handle().cancel();
                    t.kept("join", () -> started.handle().join());
                }));
        t.is("join: task failed", "all: [cleanup]", "called");
    }

    @AnyIOTest
    void theEventIsSetAndThenTheWaiterIsCancelled() {
        TaskHandle<?>[] waiter = new TaskHandle<?>[1];
        TaskGroup.run(group -> {
            var event = Event.create();
            waiter[0] = group.startSoon(() -> {
                t.seen("wait", event::await);
                t.seen("next", AnyIO::checkpoint);
            });
            settle();
            event.set();
            waiter[0].cancel();
        });
        t.status(waiter[0]);
        t.is("wait: ok", "next: cancelled", "cancelled");
    }

    @AnyIOTest
    void theWaiterIsCancelledAndThenTheEventIsSet() {
        TaskHandle<?>[] waiter = new TaskHandle<?>[1];
        TaskGroup.run(group -> {
            var event = Event.create();
            waiter[0] = group.startSoon(() -> t.seen("wait", event::await));
            settle();
            waiter[0].cancel();
            event.set();
            t.add(event.statistics().tasksWaiting() + " waiting");
        });
        t.status(waiter[0]);
        t.is("0 waiting", "wait: cancelled", "cancelled");
    }

    @AnyIOTest
    void anEventIsSetByTheCleanUpOfACancelledScope() {
        TaskGroup.run(group -> {
            var event = Event.create();
            var waiter = group.startSoon(() -> {
                CancelScope.shielded(event::await);
                t.add("event");
            });
            CancelScope.open(scope -> {
                t.watch(scope).cancel();
                try {
                    AnyIO.sleepForever();
                } finally {
                    event.set();
                }
            });
            waiter.await();
        });
        t.is("event", "called+caught");
    }

    @AnyIOTest
    void aShieldedWaitInACancelledScopeIsEndedByItsEvent() {
        TaskGroup.run(group -> {
            var event = Event.create();
            CancelScope.open(scope -> {
                t.watch(scope).cancel();
                group.startSoon(() -> {
                    settle();
                    event.set();
                });
                CancelScope.shielded(() -> t.seen("wait", event::await));
                t.seen("again", event::await);
            });
        });
        t.is("wait: ok", "again: cancelled", "called+caught");
    }

    private static void failsWhenCancelled(String message) {
        try {
            AnyIO.sleepForever();
        } finally {
            boom(message);
        }
    }
}
