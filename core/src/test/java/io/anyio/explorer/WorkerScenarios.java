package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Event;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Code on threads beside the loops, and the limit on how much of it there is at a time. */
final class WorkerScenarios {
    private static final ToThreadOptions ABANDON = ToThreadOptions.DEFAULTS.withAbandonOnCancel(true);

    private WorkerScenarios() {}

    static void whatTheCodeGivesOrThrowsComesBack(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                ctx.go(group, "caller" + i, () -> {
                    ctx.equal(ToThread.run(() -> number), number, "the value");
                    ctx.equal(
                            ctx.expectThrown(
                                            IllegalArgumentException.class,
                                            () -> ToThread.<String, RuntimeException>run(ABANDON, () -> {
                                                throw new IllegalArgumentException("f" + number);
                                            }))
                                    .getMessage(),
                            "f" + number,
                            "the failure");
                });
            }
        });
    }

    static void aCancellationWaitsForCodeThatRuns(ScenarioContext ctx) {
        var running = new CountDownLatch(1);
        boolean[] got = {false};
        TaskGroup.run(group -> {
            var handle = ctx.go(group, "caller", () -> {
                got[0] = ToThread.run(() -> {
                    running.await();
                    return true;
                });
                AnyIO.checkpoint();
                ctx.fail("the checkpoint after the call did not see the cancellation");
            });
            ctx.dawdle(5);
            boolean before = ctx.flip();
            if (before) {
                running.countDown();
            }
            boolean waiting = !got[0] && handle.status() == TaskHandle.Status.PENDING;
            handle.cancel();
            ctx.dawdle(3);
            running.countDown();
            handle.await();
            ctx.expect(waiting, "it ended too early");
            ctx.equal(handle.status(), TaskHandle.Status.CANCELLED, "the status");
        });
    }

    static void codeThatIsAbandonedKeepsNoTaskWaiting(ScenarioContext ctx) {
        var running = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        TaskGroup.run(group -> {
            var handle = ctx.go(group, "caller", () -> {
                boolean value = ToThread.run(ABANDON, () -> {
                    running.countDown();
                    never.await();
                    return true;
                });
                ctx.fail("it was not abandoned, but gave " + value);
            });
            while (running.getCount() > 0) {
                AnyIO.checkpoint();
            }
            handle.cancel();
            handle.await();
            ctx.equal(handle.status(), TaskHandle.Status.CANCELLED, "the status");
            never.countDown();
        });
    }

    static void whatAWorkerRunsOnTheLoopIsCancelledWithItsTask(ScenarioContext ctx) {
        boolean abandoned = ctx.flip();
        boolean[] completed = {false};
        TaskGroup.run(outer -> {
            var mayEnd = Event.create();
            TaskGroup.run(group -> {
                var waiting = Event.create();
                var handle = ctx.go(group, "caller", () -> {
                    ToThread.run(
                            abandoned ? ABANDON : ToThreadOptions.DEFAULTS,
                            () -> FromThread.run(() -> {
                                waiting.set();
                                mayEnd.await();
                                completed[0] = true;
                            }));
                    AnyIO.checkpoint();
                });
                waiting.await();
                ctx.dawdle(3);
                handle.cancel();
                handle.await();
                ctx.equal(handle.status(), TaskHandle.Status.CANCELLED, "the status");
            });
            ctx.equal(completed[0], false, "whether it has gone on before it may");
            mayEnd.set();
            if (abandoned) {
                while (!completed[0]) {
                    AnyIO.checkpoint();
                }
            } else {
                ScenarioContext.settle();
            }
            ctx.equal(completed[0], abandoned, "whether it has gone on");
        });
    }

    static void codeOnAWorkerLearnsOfTheCancellation(ScenarioContext ctx) {
        var cancelled = new CountDownLatch(1);
        boolean[] seen = {false};
        TaskGroup.run(group -> {
            var handle = ctx.go(
                    group,
                    "caller",
                    () -> ToThread.run(() -> {
                        cancelled.await();
                        try {
                            FromThread.checkCancelled();
                        } catch (Cancelled c) {
                            seen[0] = true;
                            throw c;
                        }
                    }));
            ctx.dawdle(3);
            boolean cancels = ctx.flip();
            if (cancels) {
                handle.cancel();
            }
            cancelled.countDown();
            handle.await();
            ctx.expect(!seen[0] || cancels, "a cancellation that never was");
            ctx.equal(
                    handle.status(), cancels ? TaskHandle.Status.CANCELLED : TaskHandle.Status.FINISHED, "the status");
        });
    }

    static void inACancelledScopeTheCodeDoesNotRun(ScenarioContext ctx) {
        CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled("call", () -> ToThread.run(() -> ctx.fail("it ran")));
            ctx.expectCancelled("callOrAbandon", () -> ToThread.run(ABANDON, () -> ctx.fail("it ran")));
        });
    }

    static void aLimitServesInTheOrderOfArrivalAndPassesOverTheCancelled(ScenarioContext ctx) {
        int slots = 1 + ctx.pick(2);
        var limit = ctx.track(CapacityLimiter.create(slots));
        List<Integer> served = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        List<TaskHandle<?>> handles = new ArrayList<>();
        int[] inside = {0};
        for (int i = 0; i < slots; i++) {
            limit.acquireOnBehalfOf("holder" + i);
        }
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                handles.add(ctx.go(group, "waiter" + i, () -> {
                    limit.acquire();
                    served.add(number);
                    inside[0]++;
                    ctx.expect(inside[0] <= slots, inside[0] + " are inside of " + slots);
                    ctx.dawdleShielded(2);
                    inside[0]--;
                    limit.release();
                }));
                ScenarioContext.settle();
            }
            ctx.equal(served, List.of(), "who was served without a slot");
            for (int i = 0; i < 5; i++) {
                if (ctx.flip()) {
                    handles.get(i).cancel();
                } else {
                    expected.add(i);
                }
            }
            for (int i = 0; i < slots; i++) {
                limit.releaseOnBehalfOf("holder" + i);
            }
            ScenarioContext.settle();
            ctx.equal(served.stream().sorted().toList(), expected, "who was served");
            ctx.expect(slots > 1 || served.equals(expected), "the order is " + served);
            for (int i = 0; i < slots; i++) {
                String last = "last" + i;
                Timeouts.failAfter(ScenarioContext.ms(1), () -> limit.acquireOnBehalfOf(last));
            }
            for (int i = 0; i < slots; i++) {
                limit.releaseOnBehalfOf("last" + i);
            }
        });
    }
}
