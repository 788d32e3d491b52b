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

    static void allHaveComeToTheirWaits(World w) {
        var event = w.event();
        var lock = w.lock();
        int tasks = 1 + w.pick(5);
        lock.acquireNow();
        TaskGroup.run(group -> {
            for (int i = 0; i < tasks; i++) {
                boolean locks = w.flip();
                boolean grouped = w.flip();
                w.go(group, "task" + i, () -> {
                    w.dawdle(6);
                    if (grouped) {
                        TaskGroup.run(inner -> w.go(inner, "member", () -> {
                            w.dawdle(4);
                            wait(locks, event, lock);
                        }));
                    } else {
                        CancelScope.shielded(() -> wait(locks, event, lock));
                    }
                });
            }
            w.go(group, "sleeping", () -> AnyIO.sleep(World.ms(5)));
            AnyIO.awaitAllTasksBlocked();
            w.equal(waiting(event, lock), tasks, "who waits");
            w.equal(w.now(), 0L, "the time");
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

    static void whoWasWokenOrCancelledDoesNotCountAsWaiting(World w) {
        for (int round = 0; round < 3; round++) {
            var event = w.event();
            List<TaskHandle<?>> handles = new ArrayList<>();
            int[] ended = {0};
            TaskGroup.run(group -> {
                for (int i = 0; i < 3; i++) {
                    handles.add(w.go(group, "task" + i, () -> {
                        try {
                            event.await();
                        } finally {
                            w.dawdleShielded(4);
                            ended[0]++;
                        }
                    }));
                }
                AnyIO.awaitAllTasksBlocked();
                w.equal(ended[0], 0, "who has ended");
                if (w.flip()) {
                    event.set();
                } else {
                    handles.forEach(TaskHandle::cancel);
                }
                AnyIO.awaitAllTasksBlocked();
                w.equal(ended[0], 3, "who has ended");
            });
        }
    }

    static void whoIsStartedMeanwhileIsAwaitedToo(World w) {
        var event = w.event();
        TaskGroup.run(group -> {
            spawn(w, group, event, 1 + w.pick(4));
            AnyIO.awaitAllTasksBlocked();
            w.expect(event.statistics().tasksWaiting() > 0, "nobody waits");
            event.set();
        });
    }

    private static void spawn(World w, TaskGroup group, io.anyio.sync.Event event, int more) {
        w.go(group, "generation" + more, () -> {
            w.dawdle(3);
            if (more > 0) {
                spawn(w, group, event, more - 1);
            } else {
                event.await();
            }
        });
    }

    static void severalWhoWaitForItAreAllTold(World w) {
        int[] told = {0};
        var event = w.event();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                w.go(group, "quiet" + i, () -> {
                    w.dawdle(3);
                    AnyIO.awaitAllTasksBlocked();
                    told[0]++;
                    w.equal(event.statistics().tasksWaiting(), 1, "who waits");
                    while (told[0] < 4) {
                        AnyIO.checkpoint(); // nobody is told because this one waits again
                    }
                });
            }
            w.go(group, "waiting", () -> {
                w.dawdle(6);
                event.await();
            });
            while (told[0] < 4) {
                AnyIO.sleep(World.ms(1));
            }
            event.set();
        });
        w.equal(w.now(), 1L, "the time");
    }

    static void whoIsCancelledWhileItWaitsForItLeavesTheOthersAlone(World w) {
        int[] told = {0};
        var event = w.event();
        TaskGroup.run(group -> {
            var busy = w.go(group, "busy", () -> {
                while (!event.isSet()) {
                    AnyIO.checkpoint();
                }
            });
            var cancelled = w.go(group, "cancelled", AnyIO::awaitAllTasksBlocked);
            w.go(group, "patient", () -> {
                AnyIO.awaitAllTasksBlocked();
                told[0]++;
            });
            w.dawdle(8);
            w.equal(told[0], 0, "who was told while one is busy");
            cancelled.cancel();
            cancelled.await();
            event.set();
            busy.await();
            AnyIO.awaitAllTasksBlocked();
        });
        w.equal(told[0], 1, "who was told");
        for (int i = 0; i < 3; i++) {
            AnyIO.awaitAllTasksBlocked();
        }
    }

    static void inACancelledScopeItThrows(World w) {
        CancelScope.open(scope -> {
            scope.cancel();
            w.expectCancelled("awaitAllTasksBlocked", AnyIO::awaitAllTasksBlocked);
        });
        AnyIO.awaitAllTasksBlocked();
    }
}
