package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskCancelledException;
import io.anyio.TaskFailedException;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskHandle.Status;
import io.anyio.TaskNotFinishedException;
import io.anyio.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Handles: what they say in each state, and who waits for them. */
final class HandleScenarios {
    private HandleScenarios() {}

    static void theValueCanBeReadAfterTheEndAndNotBefore(World w) {
        TaskGroup.run(group -> {
            TaskHandle<Integer> handle = group.startSoon(w.options("child"), () -> {
                AnyIO.sleep(w.upTo(3));
                return 7;
            });
            w.equal(handle.status(), Status.PENDING, "the status");
            w.expectThrown(TaskNotFinishedException.class, handle::returnValue);
            w.expectThrown(TaskNotFinishedException.class, handle::exception);
            w.equal(handle.join(), 7, "the value");
            w.equal(handle.status(), Status.FINISHED, "the status");
            w.equal(handle.exception(), Optional.empty(), "the exception");
            w.equal(handle.join(), 7, "the value, once more");
        });
    }

    static void aFailureIsToldToWhoWaitsAndToTheGroup(World w) {
        Throwable[] seen = new Throwable[1];
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    TaskHandle<?> handle = w.go(group, "failing", () -> {
                        AnyIO.sleep(w.upTo(2));
                        throw new IllegalArgumentException("on purpose");
                    });
                    CancelScope.shielded(() -> {
                        seen[0] = w.expectThrown(TaskFailedException.class, handle::join);
                        w.equal(handle.status(), Status.FAILED, "the status");
                        w.expect(
                                handle.exception().orElseThrow() == seen[0].getCause(),
                                "the exception is another one: " + handle.exception());
                    });
                }));
        w.equal(failures.exceptions().size(), 1, "failures, which were " + failures.exceptions());
        w.expect(failures.exceptions().get(0) == seen[0].getCause(), "the group has another failure: " + failures);
    }

    static void aCancelledTaskIsCancellingUntilItsEnd(World w) {
        TaskGroup.run(group -> {
            TaskHandle<?> handle = w.go(group, "child", () -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    CancelScope.shielded(() -> AnyIO.sleep(World.ms(2)));
                }
            });
            w.dawdle(2);
            handle.cancel();
            w.equal(handle.status(), Status.CANCELLING, "the status");
            w.expectThrown(TaskCancelledException.class, handle::returnValue);
            w.expectThrown(TaskCancelledException.class, handle::exception);
            handle.await();
            w.equal(handle.status(), Status.CANCELLED, "the status");
            var thrown = w.expectThrown(TaskCancelledException.class, handle::returnValue);
            w.expect(thrown.getCause() instanceof Cancelled, "the cause is " + thrown.getCause());
            w.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
    }

    static void aTaskThatReturnsThoughItWasCancelledIsFinished(World w) {
        TaskGroup.run(group -> {
            TaskHandle<String> handle = group.startSoon(w.options("child"), () -> {
                World.cancelled(AnyIO::sleepForever);
                return "anyway";
            });
            w.dawdle(2);
            handle.cancel();
            w.equal(handle.join(), "anyway", "the value");
            w.equal(handle.status(), Status.FINISHED, "the status");
        });
    }

    static void aTaskCancelledBeforeItRunsStillBegins(World w) {
        boolean[] begun = {false};
        TaskGroup.run(group -> {
            TaskHandle<?> handle = w.go(group, "child", () -> {
                begun[0] = true;
                AnyIO.checkpoint();
                w.fail("it went on");
            });
            handle.cancel();
            handle.await();
            w.expect(begun[0], "it never began");
        });
    }

    static void cancellingATaskThatHasEndedDoesNothing(World w) {
        TaskGroup.run(group -> {
            TaskHandle<?> handle = w.go(group, "child", AnyIO::checkpoint);
            handle.await();
            handle.cancel();
            w.equal(handle.status(), Status.FINISHED, "the status");
            AnyIO.checkpoint();
        });
    }

    static void everybodyWhoWaitsIsToldOfTheEnd(World w) {
        int[] told = {0};
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            TaskHandle<?> handle = w.go(group, "awaited", () -> AnyIO.sleep(World.ms(2)));
            for (int i = 0; i < 5; i++) {
                int patience = 1 + w.pick(4);
                w.go(group, "waiter" + i, () -> {
                    var scope = Timeouts.moveOnAfter(World.ms(patience), () -> {
                        handle.await();
                        told[0]++;
                    });
                    cancelled[0] += scope.cancelledCaught() ? 1 : 0;
                    w.expect(scope.cancelledCaught() ? patience <= 2 : patience >= 2, "the wrong outcome");
                });
            }
        });
        w.equal(told[0] + cancelled[0], 5, "outcomes");
    }

    static void waitingForATaskThatHasEndedIsACheckpoint(World w) {
        TaskGroup.run(group -> {
            TaskHandle<?> handle = w.go(group, "child", AnyIO::checkpoint);
            handle.await();
            CancelScope.open(scope -> {
                scope.cancel();
                w.expectCancelled("await", handle::await);
                w.expectCancelled("join", handle::join);
            });
            handle.await();
        });
    }

    static void cancellingWhoWaitsDoesNotCancelWhatIsAwaited(World w) {
        boolean[] ended = {false};
        TaskGroup.run(group -> {
            TaskHandle<?> handle = w.go(group, "awaited", () -> {
                AnyIO.sleep(World.ms(5));
                ended[0] = true;
            });
            Timeouts.moveOnAfter(World.ms(1), handle::await);
            w.equal(handle.status(), Status.PENDING, "the status");
        });
        w.expect(ended[0], "the awaited task was cancelled");
    }

    static void twoTasksThatWaitForEachOtherCanBeCancelled(World w) {
        List<TaskHandle<?>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            handles.add(w.go(group, "a", () -> {
                AnyIO.sleep(World.ms(1));
                handles.get(1).await();
            }));
            handles.add(w.go(group, "b", () -> {
                AnyIO.sleep(World.ms(1));
                handles.get(0).await();
            }));
            AnyIO.sleep(World.ms(2));
            handles.get(w.pick(2)).cancel();
        });
        w.equal(handles.stream().filter(h -> h.status() == Status.CANCELLED).count(), 1L, "cancelled tasks");
    }

    static void whoAwaitsASiblingThatFailsGetsItsEndBeforeItsCancellation(World w) {
        boolean[] returned = {false};
        w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    TaskHandle<?> failing = w.go(group, "failing", () -> {
                        AnyIO.sleep(World.ms(1));
                        throw new IllegalArgumentException("on purpose");
                    });
                    w.go(group, "waiter", () -> {
                        failing.await();
                        returned[0] = true;
                        AnyIO.checkpoint();
                        w.fail("the group's cancellation was not seen");
                    });
                }));
        w.expect(returned[0], "a wait that was satisfied was cancelled");
    }
}
