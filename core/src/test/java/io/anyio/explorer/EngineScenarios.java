package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Checkpoints;
import io.anyio.ContextVar;
import io.anyio.Select;
import io.anyio.StopRequest;
import io.anyio.Suspension;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.WaitQueue;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Deferred;
import java.util.ArrayList;
import java.util.List;

/** What the primitives are made of, and context values. */
final class EngineScenarios {
    private static final ContextVar<String> USER = ContextVar.create("user", "nobody");
    private static final ContextVar<Integer> LEVEL = ContextVar.create("level");

    private EngineScenarios() {}

    static void aSuspensionEndsExactlyOnce(World w) {
        int[] resumed = {0};
        int[] cancelled = {0};
        int[] wins = {0};
        TaskGroup.run(group -> {
            Suspension[] wait = new Suspension[1];
            var handle = w.go(group, "waiter", () -> {
                wait[0] = Suspension.create("test");
                try {
                    wait[0].await();
                    resumed[0]++;
                } catch (Cancelled c) {
                    cancelled[0]++;
                    throw c;
                } finally {
                    w.expect(!wait[0].isPending(), "pending after its end");
                }
            });
            World.settle();
            w.expect(wait[0].isPending() && !wait[0].isResumed(), "not pending");
            for (int i = 0; i < 3; i++) {
                w.go(group, "resumer" + i, () -> {
                    w.dawdle(2);
                    wins[0] += wait[0].resume() ? 1 : 0;
                });
            }
            w.dawdle(2);
            handle.cancel();
        });
        w.equal(wins[0], resumed[0], "resumes that won");
        w.equal(resumed[0] + cancelled[0], 1, "ends");
    }

    static void aSuspensionResumedBeforeItIsAwaitedReturnsAtOnce(World w) {
        var wait = Suspension.create("test");
        w.expect(wait.resume() && !wait.resume(), "resumed twice");
        CancelScope.open(scope -> {
            if (w.flip()) {
                scope.cancel(); // the resume came first
            }
            wait.await();
        });
        w.expect(wait.isResumed(), "not resumed");
        CancelScope.open(scope -> {
            scope.cancel();
            var second = Suspension.create("test");
            w.expectCancelled("await", second::await);
            w.expect(!second.resume() && !second.claim() && !second.isResumed(), "resumed after its abort");
        });
    }

    static void aShieldedWaitIsNotCancelled(World w) {
        boolean[] back = {false};
        TaskGroup.run(group -> {
            Suspension[] wait = new Suspension[1];
            w.go(group, "waiter", () -> {
                wait[0] = Suspension.create("test");
                wait[0].awaitShielded();
                back[0] = true;
                AnyIO.checkpoint();
                w.fail("it went on");
            });
            World.settle();
            group.cancel();
            World.settle();
            w.expect(!back[0], "the shielded wait ended");
            wait[0].resume();
        });
        w.expect(back[0], "the shielded wait did not end");
    }

    static void onlyItsOwnTaskMayWaitInASuspension(World w) {
        var mine = Suspension.create("test");
        TaskGroup.run(group -> w.go(group, "other", () -> {
            w.expectThrown(IllegalStateException.class, mine::await);
            w.expectThrown(IllegalStateException.class, mine::awaitShielded);
        }));
        mine.resume();
        mine.await();
    }

    static void aQueueServesInOrderAndLosesNobodyInItsMiddle(World w) {
        var queue = w.track(WaitQueue.create());
        List<Integer> served = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        TaskGroup.run(group -> {
            List<CancelScope> scopes = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                int number = i;
                var scope = CancelScope.create();
                scopes.add(scope);
                w.go(
                        group,
                        "waiter" + i,
                        () -> scope.run(() -> {
                            var wait = Suspension.create("test");
                            queue.enter();
                            queue.add(wait);
                            queue.leave();
                            queue.await(wait);
                            served.add(number);
                        }));
                World.settle();
            }
            for (int i = 0; i < 7; i++) {
                if (w.flip()) {
                    scopes.get(i).cancel();
                    if (w.flip()) {
                        World.settle();
                    }
                } else {
                    expected.add(i);
                }
            }
            queue.enter();
            int size = queue.size();
            boolean idle = queue.isIdle();
            queue.leave();
            w.waiting(size, expected.size(), 7);
            w.equal(idle, expected.isEmpty(), "whether it is idle");
            for (int i = 0; i < expected.size(); i++) {
                queue.enter();
                var first = queue.claimFirst();
                queue.leave();
                w.expect(first != null, "nobody was left");
                first.wake();
                World.settle();
            }
            queue.wakeAll();
        });
        w.equal(served, expected, "who was served");
    }

    static void wakeAllWakesEachOnce(World w) {
        var queue = w.track(WaitQueue.create());
        int[] woken = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                w.go(group, "waiter" + i, () -> {
                    var wait = Suspension.create("test");
                    queue.enter();
                    queue.add(wait);
                    queue.leave();
                    queue.await(wait);
                    woken[0]++;
                });
            }
            World.settle();
            queue.wakeAll();
            w.dawdle(2);
            queue.wakeAll();
        });
        w.equal(woken[0], 6, "woken");
    }

    static void anInterruptIsPutAsideWhileATaskWaits(World w) {
        TaskGroup.run(group -> {
            w.go(group, "interrupted", () -> {
                Thread.currentThread().interrupt();
                AnyIO.sleep(World.ms(2));
                w.expect(Thread.interrupted(), "the interrupt is lost");
                w.equal(w.now(), 2L, "the time");
            });
            w.go(group, "other", () -> {
                w.dawdle(2);
                w.expect(!Thread.currentThread().isInterrupted(), "an interrupt of another task");
            });
        });
    }

    static void checkpointsLetOthersRunOrNot(World w) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            w.go(group, "other", () -> {
                for (int i = 0; i < 120; i++) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 40; i++) {
                AnyIO.checkpointIfCancelled();
            }
            w.equal(ran[0], 0, "how often the other one ran during checkpointIfCancelled");
            for (int i = 0; i < 40; i++) {
                AnyIO.cancelShieldedCheckpoint();
            }
            int before = ran[0];
            w.expect(before > 0, "the other one never ran during cancelShieldedCheckpoint");
            for (int i = 0; i < 40; i++) {
                Checkpoints.fast();
            }
            w.expect(ran[0] > before, "the other one never ran during fast checkpoints");
        });
    }

    static void aTaskThatSwallowsEachCancellationLetsOthersRun(World w) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            w.go(group, "other", () -> ran[0]++);
            CancelScope.open(scope -> {
                scope.cancel();
                for (int i = 0; i < 20; i++) {
                    w.expectCancelled("checkpoint", AnyIO::checkpoint);
                    w.expectCancelled("a fast checkpoint", Checkpoints::fast);
                    w.expectCancelled("sleep", () -> AnyIO.sleep(World.ms(1)));
                }
            });
            w.equal(ran[0], 1, "how often the other one ran");
        });
    }

    static void eachCallThatIsCancelledLetsOthersRun(World w) {
        var event = w.event();
        var set = w.event();
        set.set();
        Deferred<Integer> given = w.deferred();
        given.complete(1);
        MemoryObjectStream<Integer> stream = w.stream(1);
        var lock = w.lock();
        var condition = w.condition();
        condition.acquire();
        int[] ran = {0};
        TaskGroup.run(group -> {
            var handle = w.go(group, "other", () -> {
                while (ran[0] < 100) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            List<Runnable> calls = List.of(
                    event::await,
                    set::await,
                    w.deferred()::await,
                    given::await,
                    lock::acquire,
                    w.semaphore(1)::acquire,
                    w.limiter(1)::acquire,
                    condition::await,
                    () -> condition.awaitFor(() -> false),
                    () -> stream.sender().send(1),
                    () -> stream.receiver().receive(),
                    handle::await,
                    () -> Select.first(event.onSet()),
                    StopRequest::await,
                    AnyIO::awaitAllTasksBlocked,
                    AnyIO::sleepForever);
            Runnable call = calls.get(w.pick(calls.size()));
            CancelScope.open(scope -> {
                scope.cancel();
                for (int i = 0; i < 40; i++) {
                    w.expectCancelled("the call", call::run);
                }
            });
            w.expect(ran[0] > 0, "the other one never ran");
            condition.release();
        });
    }

    static void callsThatCanCompleteAtOnceLetOthersRunAndSeeWhatTheyCancel(World w) {
        var event = w.event();
        event.set();
        Deferred<Integer> deferred = w.deferred();
        deferred.complete(1);
        MemoryObjectStream<Integer> stream = w.stream(MemoryObjectStream.UNLIMITED);
        TaskGroup.run(group -> {
            var ended = w.go(group, "ended", AnyIO::checkpoint);
            ended.await();
            List<Runnable> calls = List.of(
                    event::await,
                    deferred::join,
                    ended::await,
                    () -> stream.sender().send(1),
                    () -> stream.receiver().receive());
            int[] ran = {0};
            var scope = CancelScope.create();
            for (int i = 0; i < 200; i++) {
                stream.sender().sendNow(0);
            }
            w.go(group, "other", () -> {
                while (ran[0] < 100) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
                scope.cancel();
            });
            Runnable call = calls.get(w.pick(calls.size()));
            for (int i = 0; i < 40; i++) {
                call.run();
            }
            w.expect(ran[0] > 0, "the other one never ran");
            scope.run(() -> {
                while (true) {
                    call.run();
                    w.expect(!scope.cancelCalled(), "a call returned in a cancelled scope");
                    stream.sender().sendNow(0);
                }
            });
            w.expect(scope.cancelledCaught(), "the scope did not catch");
        });
    }

    static void aCancellationDuringAYieldIsSeenBeforeTheCheckpointReturns(World w) {
        var scope = CancelScope.create();
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            w.go(group, "canceller", () -> {
                w.dawdle(4);
                cancelled[0] = true;
                scope.cancel();
            });
            scope.run(() -> {
                while (true) {
                    AnyIO.checkpoint();
                    w.expect(!cancelled[0], "a checkpoint returned in a cancelled scope");
                }
            });
        });
        w.expect(scope.cancelledCaught(), "the scope did not catch");
    }

    // ---- context values ----

    static void childrenInheritTheValuesOfTheMomentTheyWereStarted(World w) {
        USER.set("ada");
        LEVEL.set(1);
        TaskGroup.run(group -> {
            w.go(group, "first", () -> {
                w.equal(USER.get(), "ada", "the inherited value");
                USER.set("its own");
                w.dawdle(2);
                w.equal(USER.get(), "its own", "its own value");
                w.equal(LEVEL.get(), 1, "the other value");
            });
            USER.set("grace");
            w.go(group, "second", () -> {
                w.dawdle(2);
                w.equal(USER.get(), "grace", "the inherited value");
            });
            w.dawdle(3);
            w.equal(USER.get(), "grace", "the parent's value");
        });
    }

    static void aValueForABlockIsGivenBackWhateverHappens(World w) {
        w.expect(!LEVEL.isSet(), "set from the start");
        w.expectThrown(java.util.NoSuchElementException.class, LEVEL::get);
        w.equal(USER.get(), "nobody", "the default");
        CancelScope.open(scope -> LEVEL.where(1, () -> {
            LEVEL.where(2, () -> w.equal(LEVEL.get(), 2, "the inner value"));
            w.equal(LEVEL.get(), 1, "the outer value");
            USER.set("set inside");
            scope.cancel();
            AnyIO.checkpoint();
        }));
        w.expect(!LEVEL.isSet(), "still set");
        w.equal(USER.get(), "set inside", "the other variable, which was set inside the block");
    }

    static void startedTasksInheritFromTheCaller(World w) {
        TaskGroup.run(group -> {
            w.go(
                    group,
                    "caller",
                    () -> USER.where("caller", () -> {
                        String seen = group.start(status -> status.started(USER.get()));
                        w.equal(seen, "caller", "the inherited value");
                    }));
            w.dawdle(2);
            w.equal(USER.get(), "nobody", "the host's value");
        });
    }

    static void manyValuesDoNotDisturbEachOther(World w) {
        List<ContextVar<Integer>> vars = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            vars.add(ContextVar.create("v" + i));
        }
        TaskGroup.run(group -> {
            for (int t = 0; t < 3; t++) {
                int task = t;
                w.go(group, "task" + t, () -> {
                    int[] expected = new int[5];
                    for (int n = 0; n < 12; n++) {
                        int at = w.pick(5);
                        expected[at] = task * 100 + n;
                        vars.get(at).set(expected[at]);
                        w.dawdle(1);
                        for (int i = 0; i < 5; i++) {
                            int want = expected[i];
                            w.equal(vars.get(i).isSet() ? vars.get(i).get() : 0, want, "value " + i);
                        }
                    }
                });
            }
        });
    }

    // ---- loops ----

    static void tasksOfAllLoopsMeet(World w) {
        int[] perLoop = new int[w.loops];
        var all = w.event();
        TaskGroup.run(group -> {
            for (int i = 0; i < w.loops * 2; i++) {
                int loop = i % w.loops;
                group.startSoon(TaskOptions.DEFAULTS.withName("on" + loop).withLoop(loop), () -> {
                    w.equal(Suspension.create("test").loop(), loop, "the loop");
                    perLoop[loop]++;
                    int sum = 0;
                    for (int count : perLoop) {
                        sum += count;
                    }
                    if (sum == w.loops * 2) {
                        all.set();
                    }
                    all.await();
                    TaskGroup.run(inner -> inner.startSoon(
                            () -> w.equal(Suspension.create("test").loop(), loop, "the loop of a child")));
                });
            }
        });
        for (int count : perLoop) {
            w.equal(count, 2, "tasks of a loop");
        }
        TaskGroup.run(group -> w.expectThrown(
                IllegalArgumentException.class,
                () -> group.startSoon(TaskOptions.DEFAULTS.withLoop(w.loops), AnyIO::checkpoint)));
    }
}
