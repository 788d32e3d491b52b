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

    static void theValueCanBeReadAfterTheEndAndNotBefore(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            TaskHandle<Integer> handle = group.startSoon(ctx.options("child"), () -> {
                AnyIO.sleep(ctx.upTo(3));
                return 7;
            });
            ctx.equal(handle.status(), Status.PENDING, "the status");
            ctx.expectThrown(TaskNotFinishedException.class, handle::returnValue);
            ctx.expectThrown(TaskNotFinishedException.class, handle::exception);
            ctx.equal(handle.join(), 7, "the value");
            ctx.equal(handle.status(), Status.FINISHED, "the status");
            ctx.equal(handle.exception(), Optional.empty(), "the exception");
            ctx.equal(handle.join(), 7, "the value, once more");
        });
    }

    static void aFailureIsToldToWhoWaitsAndToTheGroup(ScenarioContext ctx) {
        Throwable[] seen = new Throwable[1];
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    TaskHandle<?> handle = ctx.go(group, "failing", () -> {
                        AnyIO.sleep(ctx.upTo(2));
                        throw new IllegalArgumentException("on purpose");
                    });
                    CancelScope.shielded(() -> {
                        seen[0] = ctx.expectThrown(TaskFailedException.class, handle::join);
                        ctx.equal(handle.status(), Status.FAILED, "the status");
                        ctx.expect(
                                handle.exception().orElseThrow() == seen[0].getCause(),
                                "the exception is another one: " + handle.exception());
                    });
                }));
        ctx.equal(failures.exceptions().size(), 1, "failures, which were " + failures.exceptions());
        ctx.expect(failures.exceptions().get(0) == seen[0].getCause(), "the group has another failure: " + failures);
    }

    static void aCancelledTaskIsCancellingUntilItsEnd(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            TaskHandle<?> handle = ctx.go(group, "child", () -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    CancelScope.shielded(() -> AnyIO.sleep(ScenarioContext.ms(2)));
                }
            });
            ctx.dawdle(2);
            handle.cancel();
            ctx.equal(handle.status(), Status.CANCELLING, "the status");
            ctx.expectThrown(TaskCancelledException.class, handle::returnValue);
            ctx.expectThrown(TaskCancelledException.class, handle::exception);
            handle.await();
            ctx.equal(handle.status(), Status.CANCELLED, "the status");
            var thrown = ctx.expectThrown(TaskCancelledException.class, handle::returnValue);
            ctx.expect(thrown.getCause() instanceof Cancelled, "the cause is " + thrown.getCause());
            ctx.expect(!group.cancelScope().cancelCalled(), "the group was cancelled");
        });
    }

    static void aTaskThatReturnsThoughItWasCancelledIsFinished(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            TaskHandle<String> handle = group.startSoon(ctx.options("child"), () -> {
                ScenarioContext.cancelled(AnyIO::sleepForever);
                return "anyway";
            });
            ctx.dawdle(2);
            handle.cancel();
            ctx.equal(handle.join(), "anyway", "the value");
            ctx.equal(handle.status(), Status.FINISHED, "the status");
        });
    }

    static void aTaskCancelledBeforeItRunsStillBegins(ScenarioContext ctx) {
        boolean[] begun = {false};
        TaskGroup.run(group -> {
            TaskHandle<?> handle = ctx.go(group, "child", () -> {
                begun[0] = true;
                AnyIO.checkpoint();
                ctx.fail("it went on");
            });
            handle.cancel();
            handle.await();
            ctx.expect(begun[0], "it never began");
        });
    }

    static void cancellingATaskThatHasEndedDoesNothing(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            TaskHandle<?> handle = ctx.go(group, "child", AnyIO::checkpoint);
            handle.await();
            handle.cancel();
            ctx.equal(handle.status(), Status.FINISHED, "the status");
            AnyIO.checkpoint();
        });
    }

    static void everyWaiterIsToldOfTheEnd(ScenarioContext ctx) {
        int[] told = {0};
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            TaskHandle<?> handle = ctx.go(group, "awaited", () -> AnyIO.sleep(ScenarioContext.ms(2)));
            for (int i = 0; i < 5; i++) {
                int patience = 1 + ctx.pick(4);
                ctx.go(group, "waiter" + i, () -> {
                    var scope = Timeouts.moveOnAfter(ScenarioContext.ms(patience), () -> {
                        handle.await();
                        told[0]++;
                    });
                    cancelled[0] += scope.cancelledCaught() ? 1 : 0;
                    ctx.expect(scope.cancelledCaught() ? patience <= 2 : patience >= 2, "the wrong outcome");
                });
            }
        });
        ctx.equal(told[0] + cancelled[0], 5, "outcomes");
    }

    static void waitingForATaskThatHasEndedIsACheckpoint(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            TaskHandle<?> handle = ctx.go(group, "child", AnyIO::checkpoint);
            handle.await();
            CancelScope.open(scope -> {
                scope.cancel();
                ctx.expectCancelled("await", handle::await);
                ctx.expectCancelled("join", handle::join);
            });
            handle.await();
        });
    }

    static void cancellingWhoWaitsDoesNotCancelWhatIsAwaited(ScenarioContext ctx) {
        boolean[] ended = {false};
        TaskGroup.run(group -> {
            TaskHandle<?> handle = ctx.go(group, "awaited", () -> {
                AnyIO.sleep(ScenarioContext.ms(5));
                ended[0] = true;
            });
            Timeouts.moveOnAfter(ScenarioContext.ms(1), handle::await);
            ctx.equal(handle.status(), Status.PENDING, "the status");
        });
        ctx.expect(ended[0], "the awaited task was cancelled");
    }

    static void twoTasksThatWaitForEachOtherCanBeCancelled(ScenarioContext ctx) {
        List<TaskHandle<?>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            handles.add(ctx.go(group, "a", () -> {
                AnyIO.sleep(ScenarioContext.ms(1));
                handles.get(1).await();
            }));
            handles.add(ctx.go(group, "b", () -> {
                AnyIO.sleep(ScenarioContext.ms(1));
                handles.get(0).await();
            }));
            AnyIO.sleep(ScenarioContext.ms(2));
            handles.get(ctx.pick(2)).cancel();
        });
        ctx.equal(handles.stream().filter(h -> h.status() == Status.CANCELLED).count(), 1L, "cancelled tasks");
    }

    static void whoAwaitsASiblingThatFailsGetsItsEndBeforeItsCancellation(ScenarioContext ctx) {
        boolean[] returned = {false};
        ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    TaskHandle<?> failing = ctx.go(group, "failing", () -> {
                        AnyIO.sleep(ScenarioContext.ms(1));
                        throw new IllegalArgumentException("on purpose");
                    });
                    ctx.go(group, "waiter", () -> {
                        failing.await();
                        returned[0] = true;
                        AnyIO.checkpoint();
                        ctx.fail("the group's cancellation was not seen");
                    });
                }));
        ctx.expect(returned[0], "a wait that was satisfied was cancelled");
    }
}
