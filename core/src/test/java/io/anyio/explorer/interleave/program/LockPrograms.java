package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

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

    static void oneAtATime(ProgramContext ctx) {
        contend(ctx, Lock.create(), 3, 1);
    }

    static void oneAtATimeWithAFastLock(ProgramContext ctx) {
        contend(ctx, Lock.fast(), 2, 3);
    }

    private static void contend(ProgramContext ctx, Lock lock, int tasks, int times) {
        boolean[] inside = new boolean[1];
        int[] entered = new int[1];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < tasks; i++) {
                group.startSoon(ctx.on(i % 2, "task " + i), () -> {
                    for (int n = 0; n < times; n++) {
                        lock.run(() -> {
                            check(!inside[0], "a lock lets one task in");
                            inside[0] = true;
                            ctx.step();
                            inside[0] = false;
                            entered[0]++;
                        });
                    }
                });
            }
        }));
        check(entered[0] == tasks * times && !lock.isLocked(), "every task got in, and left the lock free");
    }

    static void newcomerDoesNotOvertakeWhoWaits(ProgramContext ctx) {
        var lock = Lock.fast();
        boolean[] served = new boolean[1];
        ctx.run(() -> TaskGroup.run(group -> {
            lock.acquire();
            group.startSoon(
                    ctx.on(0, "waiter"),
                    () -> lock.run(() -> {
                        served[0] = true;
                        ctx.step();
                    }));
            while (lock.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            group.startSoon(ctx.on(1, "newcomer"), () -> {
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

    static void cancelledWaiterDoesNotKeepIt(ProgramContext ctx) {
        var lock = Lock.create();
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "holder"), () -> lock.run(AnyIO::checkpoint));
            group.startSoon(ctx.on(1, "waiter"), () -> lock.run(ctx::step));
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                lock.run(ctx::step);
            });
            lock.run(ctx::step);
        }));
        check(!lock.isLocked() && lock.statistics().tasksWaiting() == 0, "the lock is free at the end");
    }

    static void signalIsNotLostOnACancelledTask(ProgramContext ctx) {
        var condition = Condition.create();
        Queue<String> items = new ArrayDeque<>();
        int[] taken = new int[1];
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "steady"), () -> {
                String item = condition.call(() -> condition.awaitFor(items::poll));
                taken[0] += item.length();
                group.cancel();
            });
            group.startSoon(
                    ctx.on(0, "producer"),
                    () -> condition.run(() -> {
                        items.add("x");
                        condition.signal();
                    }));
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                String item = condition.call(() -> condition.awaitFor(items::poll));
                taken[0] += item.length();
                group.cancel();
            });
        }));
        check(taken[0] + items.size() == 1, "the item was taken once");
        check(taken[0] == 1, "the signal reached a task that lived");
        check(!condition.isLocked(), "the lock is free at the end");
    }

    static void signalAllReachesAll(ProgramContext ctx) {
        var condition = Condition.create();
        boolean[] open = new boolean[1];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(
                        ctx.on(i % 2, "waiter " + i), () -> condition.run(() -> condition.awaitFor(() -> open[0])));
            }
            condition.run(() -> {
                open[0] = true;
                condition.signalAll();
            });
        }));
    }
}
