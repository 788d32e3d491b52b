package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.sync.CapacityLimiter;
import io.anyio.thread.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Code on threads beside the loops, and the limit on how much of it there is at a time. */
final class WorkerScenarios {
    private WorkerScenarios() {}

    static void whatTheCodeGivesOrThrowsComesBack(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                ctx.go(group, "caller" + i, () -> {
                    ctx.equal(Workers.call("work", () -> number), number, "the value");
                    ctx.equal(
                            ctx.expectThrown(
                                            IllegalArgumentException.class,
                                            () -> Workers.<String, RuntimeException>callOrAbandon("work", () -> {
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
                got[0] = Workers.call("work", () -> {
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
                boolean value = Workers.callOrAbandon("work", () -> {
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

    static void inACancelledScopeTheCodeDoesNotRun(ScenarioContext ctx) {
        CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled("call", () -> Workers.call("work", () -> ctx.fail("it ran")));
            ctx.expectCancelled("callOrAbandon", () -> Workers.callOrAbandon("work", () -> ctx.fail("it ran")));
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
