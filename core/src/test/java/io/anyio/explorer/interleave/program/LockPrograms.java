package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.sync.Condition;
import io.anyio.sync.Lock;
import java.util.ArrayDeque;
import java.util.Queue;

/** {@link Lock} and {@link Condition}: one at a time, handed over and not lost. */
final class LockPrograms {
    private LockPrograms() {}

    static void oneAtATime(Stage stage) {
        contend(stage, Lock.create(), 3, 1);
    }

    static void oneAtATimeWithAFastLock(Stage stage) {
        contend(stage, Lock.fast(), 2, 3);
    }

    private static void contend(Stage stage, Lock lock, int tasks, int times) {
        boolean[] inside = new boolean[1];
        int[] entered = new int[1];
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < tasks; i++) {
                group.startSoon(stage.on(i % 2, "task " + i), () -> {
                    for (int n = 0; n < times; n++) {
                        lock.run(() -> {
                            check(!inside[0], "a lock lets one task in");
                            inside[0] = true;
                            stage.step();
                            inside[0] = false;
                            entered[0]++;
                        });
                    }
                });
            }
        }));
        check(entered[0] == tasks * times && !lock.isLocked(), "everybody got in, and left the lock free");
    }

    static void nobodyOvertakesWhoWaits(Stage stage) {
        var lock = Lock.fast();
        boolean[] served = new boolean[1];
        stage.run(() -> TaskGroup.run(group -> {
            lock.acquire();
            group.startSoon(
                    stage.on(0, "waiter"),
                    () -> lock.run(() -> {
                        served[0] = true;
                        stage.step();
                    }));
            while (lock.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            group.startSoon(stage.on(1, "newcomer"), () -> {
                try {
                    lock.acquireNow();
                } catch (WouldBlockException held) {
                    return;
                }
                check(served[0], "a newcomer finds the lock free only when who waited has had it");
                lock.release();
            });
            lock.release();
        }));
    }

    static void cancelledWaiterDoesNotKeepIt(Stage stage) {
        var lock = Lock.create();
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "holder"), () -> lock.run(AnyIO::checkpoint));
            group.startSoon(stage.on(1, "waiter"), () -> lock.run(stage::step));
            CancelScope.open(scope -> {
                stage.thread("canceller", scope::cancel);
                lock.run(stage::step);
            });
            lock.run(stage::step);
        }));
        check(!lock.isLocked() && lock.statistics().tasksWaiting() == 0, "the lock is free at the end");
    }

    static void signalIsNotLostOnACancelledTask(Stage stage) {
        var condition = Condition.create();
        Queue<String> items = new ArrayDeque<>();
        int[] taken = new int[1];
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "steady"), () -> {
                String item = condition.call(() -> condition.awaitFor(items::poll));
                taken[0] += item.length();
                group.cancel();
            });
            group.startSoon(
                    stage.on(0, "producer"),
                    () -> condition.run(() -> {
                        items.add("x");
                        condition.signal();
                    }));
            CancelScope.open(scope -> {
                stage.thread("canceller", scope::cancel);
                String item = condition.call(() -> condition.awaitFor(items::poll));
                taken[0] += item.length();
                group.cancel();
            });
        }));
        check(taken[0] + items.size() == 1, "the item was taken once");
        check(taken[0] == 1, "the signal reached a task that lived");
        check(!condition.isLocked(), "the lock is free at the end");
    }

    static void signalAllReachesAll(Stage stage) {
        var condition = Condition.create();
        boolean[] open = new boolean[1];
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(
                        stage.on(i % 2, "waiter " + i), () -> condition.run(() -> condition.awaitFor(() -> open[0])));
            }
            condition.run(() -> {
                open[0] = true;
                condition.signalAll();
            });
        }));
    }
}
