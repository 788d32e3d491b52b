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

    static void whatTheCodeGivesOrThrowsComesBack(World w) {
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                w.go(group, "caller" + i, () -> {
                    w.equal(Workers.call("work", () -> number), number, "the value");
                    w.equal(
                            w.expectThrown(
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

    static void aCancellationWaitsForCodeThatRuns(World w) {
        var running = new CountDownLatch(1);
        boolean[] got = {false};
        TaskGroup.run(group -> {
            var handle = w.go(group, "caller", () -> {
                got[0] = Workers.call("work", () -> {
                    running.await();
                    return true;
                });
                AnyIO.checkpoint();
                w.fail("the checkpoint after the call did not see the cancellation");
            });
            w.dawdle(5);
            boolean before = w.flip();
            if (before) {
                running.countDown();
            }
            boolean waiting = !got[0] && handle.status() == TaskHandle.Status.PENDING;
            handle.cancel();
            w.dawdle(3);
            running.countDown();
            handle.await();
            w.expect(waiting, "it ended too early");
            w.equal(handle.status(), TaskHandle.Status.CANCELLED, "the status");
        });
    }

    static void codeThatIsAbandonedKeepsNobodyWaiting(World w) {
        var running = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        TaskGroup.run(group -> {
            var handle = w.go(group, "caller", () -> {
                boolean value = Workers.callOrAbandon("work", () -> {
                    running.countDown();
                    never.await();
                    return true;
                });
                w.fail("it was not abandoned, but gave " + value);
            });
            while (running.getCount() > 0) {
                AnyIO.checkpoint();
            }
            handle.cancel();
            handle.await();
            w.equal(handle.status(), TaskHandle.Status.CANCELLED, "the status");
            never.countDown();
        });
    }

    static void inACancelledScopeTheCodeDoesNotRun(World w) {
        CancelScope.open(scope -> {
            scope.cancel();
            w.expectCancelled("call", () -> Workers.call("work", () -> w.fail("it ran")));
            w.expectCancelled("callOrAbandon", () -> Workers.callOrAbandon("work", () -> w.fail("it ran")));
        });
    }

    static void aLimitServesInTheOrderOfArrivalAndPassesOverTheCancelled(World w) {
        int slots = 1 + w.pick(2);
        var limit = w.track(CapacityLimiter.create(slots));
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
                handles.add(w.go(group, "waiter" + i, () -> {
                    limit.acquire();
                    served.add(number);
                    inside[0]++;
                    w.expect(inside[0] <= slots, inside[0] + " are inside of " + slots);
                    w.dawdleShielded(2);
                    inside[0]--;
                    limit.release();
                }));
                World.settle();
            }
            w.equal(served, List.of(), "who was served without a slot");
            for (int i = 0; i < 5; i++) {
                if (w.flip()) {
                    handles.get(i).cancel();
                } else {
                    expected.add(i);
                }
            }
            for (int i = 0; i < slots; i++) {
                limit.releaseOnBehalfOf("holder" + i);
            }
            World.settle();
            w.equal(served.stream().sorted().toList(), expected, "who was served");
            w.expect(slots > 1 || served.equals(expected), "the order is " + served);
            for (int i = 0; i < slots; i++) {
                String last = "last" + i;
                Timeouts.failAfter(World.ms(1), () -> limit.acquireOnBehalfOf(last));
            }
        });
    }
}
