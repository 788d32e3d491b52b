package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.RunInterruptedException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.lowlevel.ExternalWork;
import io.anyio.spi.BackendOptions;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;
import io.anyio.testing.BackendContract.Part;
import io.anyio.thread.ToThread;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The checks of {@link BackendContract} for other threads, and for tasks on several loops. */
final class ThreadChecks {
    private static final int THREADS = 4;
    private static final int ITEMS = 250;

    private ThreadChecks() {}

    static void addTo(BackendChecks checks) {
        BackendChecks threads = checks.needing(Part.THREADS);
        threads.addInTask("another thread wakes a task", ThreadChecks::wakes);
        threads.addInTask("wake-ups of several threads all arrive", ThreadChecks::manyWakeUps);
        threads.addInTask("another thread cancels a scope", ThreadChecks::cancels);
        threads.addInTask("a call that blocks another thread does not stop the loop", ThreadChecks::loopContinues);
        threads.add("an interrupt of the thread that waits cancels the run", ThreadChecks::interrupt);
        checks.needing(Part.SEVERAL_LOOPS)
                .addInTask("each loop runs the tasks that are started on it", ThreadChecks::eachLoop);
        checks.addInTask("tasks of one loop never run at the same time", ThreadChecks::neverAtTheSameTime);
    }

    private static void wakes() {
        TaskGroup.run(group -> {
            var event = Event.create();
            var waiting = PendingCall.waiting(group, "await", () -> {
                event.await();
                return true;
            });
            ToThread.run(() -> {
                event.set();
                return true;
            });
            waiting.value();
        });
    }

    private static void manyWakeUps() {
        TaskGroup.run(group -> {
            var items = MemoryObjectStream.<Integer>unlimited();
            for (int i = 0; i < THREADS; i++) {
                int first = i * ITEMS;
                group.startSoon(() -> ToThread.run(() -> {
                    for (int item = first; item < first + ITEMS; item++) {
                        items.sender().sendNow(item);
                        Thread.onSpinWait();
                    }
                    return true;
                }));
            }
            int[] next = {0, ITEMS, 2 * ITEMS, 3 * ITEMS};
            for (int count = 0; count < THREADS * ITEMS; count++) {
                int item = items.receiver().receive();
                Expect.equal(next[item / ITEMS]++, item, "the next item of thread " + item / ITEMS);
            }
            items.close();
        });
    }

    private static void cancels() {
        CancelScope scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> ToThread.run(() -> {
                scope.cancel();
                return true;
            }));
            scope.run(() -> AnyIO.sleepForever());
        });
        Expect.that(scope.cancelledCaught(), "Expected another thread's cancellation to end a wait");
    }

    private static void loopContinues() {
        TaskGroup.run(group -> {
            var latch = new CountDownLatch(1);
            var blocked = PendingCall.started(
                    group,
                    "a blocking call",
                    () -> ToThread.run(() -> {
                        latch.await();
                        return true;
                    }));
            for (int turn = 0; turn < 100; turn++) {
                AnyIO.checkpoint();
            }
            Expect.that(!blocked.hasEnded(), "Expected a blocking call to last until its latch is released");
            latch.countDown();
            blocked.value();
        });
    }

    private static void interrupt(BackendOptions options) {
        Thread waiting = Thread.currentThread();
        boolean[] cleanedUp = new boolean[1];
        Expect.thrown(
                RunInterruptedException.class,
                "a run whose thread was interrupted",
                () -> AnyIO.run(
                        () -> {
                            ExternalWork interrupting = ExternalWork.begin("be interrupted");
                            try {
                                waiting.interrupt();
                                AnyIO.sleepForever();
                            } finally {
                                interrupting.end();
                                cleanedUp[0] = true;
                            }
                        },
                        options));
        Expect.that(cleanedUp[0], "Expected the cancelled task to clean up before the run ends");
        Expect.that(Thread.interrupted(), "Expected the thread to be interrupted after the run");
    }

    private static void eachLoop() {
        int loops = AnyIO.currentRun().loops();
        var started = new AtomicInteger();
        TaskGroup.run(group -> {
            for (int i = 0; i < loops; i++) {
                int loop = i;
                group.startSoon(TaskOptions.DEFAULTS.withLoop(loop), () -> {
                    AnyIO.checkpoint();
                    Expect.equal(loop, AnyIO.currentToken().loop(), "the loop of a task");
                    started.incrementAndGet();
                });
            }
        });
        Expect.equal(loops, started.get(), "the number of loops that have run a task");
    }

    private static void neverAtTheSameTime() {
        var inside = new AtomicInteger();
        var together = new AtomicInteger();
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                group.startSoon(() -> {
                    for (int turn = 0; turn < 50; turn++) {
                        if (inside.incrementAndGet() > 1) {
                            together.incrementAndGet();
                        }
                        Thread.onSpinWait();
                        inside.decrementAndGet();
                        AnyIO.checkpoint();
                    }
                });
            }
        });
        Expect.equal(0, together.get(), "how often two tasks of one loop ran at the same time");
    }
}
