package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import java.util.ArrayList;
import java.util.List;

/** Waiting until all tasks wait: not a moment too early, and not for ever. */
final class QuietScenarios {
    private QuietScenarios() {}

    static void allHaveComeToTheirWaits(ScenarioContext ctx) {
        var event = ctx.event();
        var lock = ctx.lock();
        int tasks = 1 + ctx.pick(5);
        lock.acquireNow();
        TaskGroup.run(group -> {
            for (int i = 0; i < tasks; i++) {
                boolean locks = ctx.flip();
                boolean grouped = ctx.flip();
                ctx.go(group, "task" + i, () -> {
                    ctx.dawdle(6);
                    if (grouped) {
                        TaskGroup.run(inner -> ctx.go(inner, "member", () -> {
                            ctx.dawdle(4);
                            wait(locks, event, lock);
                        }));
                    } else {
                        CancelScope.shielded(() -> wait(locks, event, lock));
                    }
                });
            }
            ctx.go(group, "sleeping", () -> AnyIO.sleep(ScenarioContext.ms(5)));
            AnyIO.awaitAllTasksBlocked();
            ctx.equal(waiting(event, lock), tasks, "who waits");
            ctx.equal(ctx.now(), 0L, "the time");
            event.set();
            lock.release();
        });
    }

    private static void wait(boolean locks, io.anyio.sync.Event event, io.anyio.sync.Lock lock) {
        if (locks) {
            lock.run(AnyIO::checkpoint);
        } else {
            event.await();
        }
    }

    private static int waiting(io.anyio.sync.Event event, io.anyio.sync.Lock lock) {
        return event.statistics().tasksWaiting() + lock.statistics().tasksWaiting();
    }

    static void whoWasWokenOrCancelledDoesNotCountAsWaiting(ScenarioContext ctx) {
        for (int round = 0; round < 3; round++) {
            var event = ctx.event();
            List<TaskHandle<?>> handles = new ArrayList<>();
            int[] ended = {0};
            TaskGroup.run(group -> {
                for (int i = 0; i < 3; i++) {
                    handles.add(ctx.go(group, "task" + i, () -> {
                        try {
                            event.await();
                        } finally {
                            ctx.dawdleShielded(4);
                            ended[0]++;
                        }
                    }));
                }
                AnyIO.awaitAllTasksBlocked();
                ctx.equal(ended[0], 0, "who has ended");
                if (ctx.flip()) {
                    event.set();
                } else {
                    handles.forEach(TaskHandle::cancel);
                }
                AnyIO.awaitAllTasksBlocked();
                ctx.equal(ended[0], 3, "who has ended");
            });
        }
    }

    static void whoIsStartedMeanwhileIsAwaitedToo(ScenarioContext ctx) {
        var event = ctx.event();
        TaskGroup.run(group -> {
            spawn(ctx, group, event, 1 + ctx.pick(4));
            AnyIO.awaitAllTasksBlocked();
            ctx.expect(event.statistics().tasksWaiting() > 0, "no task waits");
            event.set();
        });
    }

    private static void spawn(ScenarioContext ctx, TaskGroup group, io.anyio.sync.Event event, int more) {
        ctx.go(group, "generation" + more, () -> {
            ctx.dawdle(3);
            if (more > 0) {
                spawn(ctx, group, event, more - 1);
            } else {
                event.await();
            }
        });
    }

    static void severalWhoWaitForItAreAllTold(ScenarioContext ctx) {
        int[] told = {0};
        var event = ctx.event();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                ctx.go(group, "quiet" + i, () -> {
                    ctx.dawdle(3);
                    AnyIO.awaitAllTasksBlocked();
                    told[0]++;
                    ctx.equal(event.statistics().tasksWaiting(), 1, "who waits");
                    while (told[0] < 4) {
                        AnyIO.checkpoint(); // no task is woken, because this one waits again
                    }
                });
            }
            ctx.go(group, "waiting", () -> {
                ctx.dawdle(6);
                event.await();
            });
            while (told[0] < 4) {
                AnyIO.sleep(ScenarioContext.ms(1));
            }
            event.set();
        });
        ctx.equal(ctx.now(), 1L, "the time");
    }

    static void whoIsCancelledWhileItWaitsForItLeavesTheOthersAlone(ScenarioContext ctx) {
        int[] told = {0};
        var event = ctx.event();
        TaskGroup.run(group -> {
            var busy = ctx.go(group, "busy", () -> {
                while (!event.isSet()) {
                    AnyIO.checkpoint();
                }
            });
            var cancelled = ctx.go(group, "cancelled", AnyIO::awaitAllTasksBlocked);
            ctx.go(group, "patient", () -> {
                AnyIO.awaitAllTasksBlocked();
                told[0]++;
            });
            ctx.dawdle(8);
            ctx.equal(told[0], 0, "who was told while one is busy");
            cancelled.cancel();
            cancelled.await();
            event.set();
            busy.await();
            AnyIO.awaitAllTasksBlocked();
        });
        ctx.equal(told[0], 1, "who was told");
        for (int i = 0; i < 3; i++) {
            AnyIO.awaitAllTasksBlocked();
        }
    }

    static void inACancelledScopeItThrows(ScenarioContext ctx) {
        CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled("awaitAllTasksBlocked", AnyIO::awaitAllTasksBlocked);
        });
        AnyIO.awaitAllTasksBlocked();
    }
}
