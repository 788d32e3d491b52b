package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ContextVar;
import io.anyio.StopRequest;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import io.anyio.select.Select;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Deferred;
import java.util.ArrayList;
import java.util.List;

/** What the primitives are made of, and context values. */
final class EngineScenarios {
    private static final ContextVar<String> USER = ContextVar.create("user", "guest");
    private static final ContextVar<Integer> LEVEL = ContextVar.create("level");

    private EngineScenarios() {}

    static void aSuspensionEndsExactlyOnce(ScenarioContext ctx) {
        int[] resumed = {0};
        int[] cancelled = {0};
        int[] wins = {0};
        TaskGroup.run(group -> {
            Suspension[] wait = new Suspension[1];
            var handle = ctx.go(group, "waiter", () -> {
                wait[0] = Suspension.create("test");
                try {
                    wait[0].await();
                    resumed[0]++;
                } catch (Cancelled c) {
                    cancelled[0]++;
                    throw c;
                } finally {
                    ctx.expect(!wait[0].isPending(), "pending after its end");
                }
            });
            ScenarioContext.settle();
            ctx.expect(wait[0].isPending() && !wait[0].isResumed(), "not pending");
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "resumer" + i, () -> {
                    ctx.dawdle(2);
                    wins[0] += wait[0].resume() ? 1 : 0;
                });
            }
            ctx.dawdle(2);
            handle.cancel();
        });
        ctx.equal(wins[0], resumed[0], "resumes that won");
        ctx.equal(resumed[0] + cancelled[0], 1, "ends");
    }

    static void aSuspensionResumedBeforeItIsAwaitedReturnsAtOnce(ScenarioContext ctx) {
        var wait = Suspension.create("test");
        ctx.expect(wait.resume() && !wait.resume(), "resumed twice");
        CancelScope.open(scope -> {
            if (ctx.flip()) {
                scope.cancel(); // the resume came first
            }
            wait.await();
        });
        ctx.expect(wait.isResumed(), "not resumed");
        CancelScope.open(scope -> {
            scope.cancel();
            var second = Suspension.create("test");
            ctx.expectCancelled("await", second::await);
            ctx.expect(!second.resume() && !second.claim() && !second.isResumed(), "resumed after its abort");
        });
    }

    static void aShieldedWaitIsNotCancelled(ScenarioContext ctx) {
        boolean[] back = {false};
        TaskGroup.run(group -> {
            Suspension[] wait = new Suspension[1];
            ctx.go(group, "waiter", () -> {
                wait[0] = Suspension.create("test");
                wait[0].awaitShielded();
                back[0] = true;
                AnyIO.checkpoint();
                ctx.fail("it went on");
            });
            ScenarioContext.settle();
            group.cancel();
            ScenarioContext.settle();
            ctx.expect(!back[0], "the shielded wait ended");
            wait[0].resume();
        });
        ctx.expect(back[0], "the shielded wait did not end");
    }

    static void onlyItsOwnTaskMayWaitInASuspension(ScenarioContext ctx) {
        var mine = Suspension.create("test");
        TaskGroup.run(group -> ctx.go(group, "other", () -> {
            ctx.expectThrown(IllegalStateException.class, mine::await);
            ctx.expectThrown(IllegalStateException.class, mine::awaitShielded);
        }));
        mine.resume();
        mine.await();
    }

    static void aQueueServesInOrderAndLosesNoWaiterInItsMiddle(ScenarioContext ctx) {
        var queue = ctx.track(WaitQueue.create());
        List<Integer> served = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        TaskGroup.run(group -> {
            List<CancelScope> scopes = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                int number = i;
                var scope = CancelScope.create();
                scopes.add(scope);
                ctx.go(
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
                ScenarioContext.settle();
            }
            for (int i = 0; i < 7; i++) {
                if (ctx.flip()) {
                    scopes.get(i).cancel();
                    if (ctx.flip()) {
                        ScenarioContext.settle();
                    }
                } else {
                    expected.add(i);
                }
            }
            queue.enter();
            int size = queue.size();
            boolean idle = queue.isIdle();
            queue.leave();
            ctx.waiting(size, expected.size(), 7);
            ctx.equal(idle, expected.isEmpty(), "whether it is idle");
            for (int i = 0; i < expected.size(); i++) {
                queue.enter();
                var first = queue.claimFirst();
                queue.leave();
                ctx.expect(first != null, "no waiter was left");
                first.wake();
                ScenarioContext.settle();
            }
            queue.wakeAll();
        });
        ctx.equal(served, expected, "who was served");
    }

    static void wakeAllWakesEachOnce(ScenarioContext ctx) {
        var queue = ctx.track(WaitQueue.create());
        int[] woken = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                ctx.go(group, "waiter" + i, () -> {
                    var wait = Suspension.create("test");
                    queue.enter();
                    queue.add(wait);
                    queue.leave();
                    queue.await(wait);
                    woken[0]++;
                });
            }
            ScenarioContext.settle();
            queue.wakeAll();
            ctx.dawdle(2);
            queue.wakeAll();
        });
        ctx.equal(woken[0], 6, "woken");
    }

    static void anInterruptIsPutAsideWhileATaskWaits(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            ctx.go(group, "interrupted", () -> {
                Thread.currentThread().interrupt();
                AnyIO.sleep(ScenarioContext.ms(2));
                ctx.expect(Thread.interrupted(), "the interrupt is lost");
                ctx.equal(ctx.now(), 2L, "the time");
            });
            ctx.go(group, "other", () -> {
                ctx.dawdle(2);
                ctx.expect(!Thread.currentThread().isInterrupted(), "an interrupt of another task");
            });
        });
    }

    static void checkpointsLetOthersRunOrNot(ScenarioContext ctx) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "other", () -> {
                for (int i = 0; i < 120; i++) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 40; i++) {
                AnyIO.checkpointIfCancelled();
            }
            ctx.equal(ran[0], 0, "how often the other one ran during checkpointIfCancelled");
            for (int i = 0; i < 40; i++) {
                AnyIO.cancelShieldedCheckpoint();
            }
            int before = ran[0];
            ctx.expect(before > 0, "the other one never ran during cancelShieldedCheckpoint");
            for (int i = 0; i < 40; i++) {
                Checkpoints.fast();
            }
            ctx.expect(ran[0] > before, "the other one never ran during fast checkpoints");
        });
    }

    static void aTaskThatSwallowsEachCancellationLetsOthersRun(ScenarioContext ctx) {
        int[] ran = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "other", () -> ran[0]++);
            CancelScope.open(scope -> {
                scope.cancel();
                for (int i = 0; i < 20; i++) {
                    ctx.expectCancelled("checkpoint", AnyIO::checkpoint);
                    ctx.expectCancelled("a fast checkpoint", Checkpoints::fast);
                    ctx.expectCancelled("sleep", () -> AnyIO.sleep(ScenarioContext.ms(1)));
                }
            });
            ctx.equal(ran[0], 1, "how often the other one ran");
        });
    }

    static void eachCallThatIsCancelledLetsOthersRun(ScenarioContext ctx) {
        var event = ctx.event();
        var set = ctx.event();
        set.set();
        Deferred<Integer> given = ctx.deferred();
        given.complete(1);
        MemoryObjectStream<Integer> stream = ctx.stream(1);
        var lock = ctx.lock();
        var condition = ctx.condition();
        condition.acquire();
        int[] ran = {0};
        TaskGroup.run(group -> {
            var handle = ctx.go(group, "other", () -> {
                while (ran[0] < 100) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
            });
            List<Runnable> calls = List.of(
                    event::await,
                    set::await,
                    ctx.deferred()::await,
                    given::await,
                    lock::acquire,
                    ctx.semaphore(1)::acquire,
                    ctx.limiter(1)::acquire,
                    condition::await,
                    () -> condition.awaitFor(() -> false),
                    () -> stream.sender().send(1),
                    () -> stream.receiver().receive(),
                    handle::await,
                    () -> Select.first(event.onSet()),
                    StopRequest::await,
                    AnyIO::awaitAllTasksBlocked,
                    AnyIO::sleepForever);
            Runnable call = calls.get(ctx.pick(calls.size()));
            CancelScope.open(scope -> {
                scope.cancel();
                for (int i = 0; i < 40; i++) {
                    ctx.expectCancelled("the call", call::run);
                }
            });
            ctx.expect(ran[0] > 0, "the other one never ran");
            condition.release();
        });
    }

    static void callsThatCanCompleteAtOnceLetOthersRunAndSeeWhatTheyCancel(ScenarioContext ctx) {
        var event = ctx.event();
        event.set();
        Deferred<Integer> deferred = ctx.deferred();
        deferred.complete(1);
        MemoryObjectStream<Integer> stream = ctx.stream(MemoryObjectStream.UNLIMITED);
        TaskGroup.run(group -> {
            var ended = ctx.go(group, "ended", AnyIO::checkpoint);
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
            ctx.go(group, "other", () -> {
                while (ran[0] < 100) {
                    ran[0]++;
                    AnyIO.checkpoint();
                }
                scope.cancel();
            });
            Runnable call = calls.get(ctx.pick(calls.size()));
            for (int i = 0; i < 40; i++) {
                call.run();
            }
            ctx.expect(ran[0] > 0, "the other one never ran");
            scope.run(() -> {
                while (true) {
                    call.run();
                    ctx.expect(!scope.cancelCalled(), "a call returned in a cancelled scope");
                    stream.sender().sendNow(0);
                }
            });
            ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        });
    }

    static void aCancellationDuringAYieldIsSeenBeforeTheCheckpointReturns(ScenarioContext ctx) {
        var scope = CancelScope.create();
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            ctx.go(group, "canceller", () -> {
                ctx.dawdle(4);
                cancelled[0] = true;
                scope.cancel();
            });
            scope.run(() -> {
                while (true) {
                    AnyIO.checkpoint();
                    ctx.expect(!cancelled[0], "a checkpoint returned in a cancelled scope");
                }
            });
        });
        ctx.expect(scope.cancelledCaught(), "the scope did not catch");
    }

    // ---- context values ----

    static void childrenInheritTheValuesOfTheMomentTheyWereStarted(ScenarioContext ctx) {
        USER.set("ada");
        LEVEL.set(1);
        TaskGroup.run(group -> {
            ctx.go(group, "first", () -> {
                ctx.equal(USER.get(), "ada", "the inherited value");
                USER.set("its own");
                ctx.dawdle(2);
                ctx.equal(USER.get(), "its own", "its own value");
                ctx.equal(LEVEL.get(), 1, "the other value");
            });
            USER.set("grace");
            ctx.go(group, "second", () -> {
                ctx.dawdle(2);
                ctx.equal(USER.get(), "grace", "the inherited value");
            });
            ctx.dawdle(3);
            ctx.equal(USER.get(), "grace", "the parent's value");
        });
    }

    static void aValueForABlockIsGivenBackWhateverHappens(ScenarioContext ctx) {
        ctx.expect(!LEVEL.isSet(), "set from the start");
        ctx.expectThrown(java.util.NoSuchElementException.class, LEVEL::get);
        ctx.equal(USER.get(), "guest", "the default");
        CancelScope.open(scope -> LEVEL.where(1, () -> {
            LEVEL.where(2, () -> ctx.equal(LEVEL.get(), 2, "the inner value"));
            ctx.equal(LEVEL.get(), 1, "the outer value");
            USER.set("set inside");
            scope.cancel();
            AnyIO.checkpoint();
        }));
        ctx.expect(!LEVEL.isSet(), "still set");
        ctx.equal(USER.get(), "set inside", "the other variable, which was set inside the block");
    }

    static void startedTasksInheritFromTheCaller(ScenarioContext ctx) {
        TaskGroup.run(group -> {
            ctx.go(
                    group,
                    "caller",
                    () -> USER.where("caller", () -> {
                        String seen = group.start(status -> status.started(USER.get()));
                        ctx.equal(seen, "caller", "the inherited value");
                    }));
            ctx.dawdle(2);
            ctx.equal(USER.get(), "guest", "the host's value");
        });
    }

    static void manyValuesDoNotDisturbEachOther(ScenarioContext ctx) {
        List<ContextVar<Integer>> vars = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            vars.add(ContextVar.create("v" + i));
        }
        TaskGroup.run(group -> {
            for (int t = 0; t < 3; t++) {
                int task = t;
                ctx.go(group, "task" + t, () -> {
                    int[] expected = new int[5];
                    for (int n = 0; n < 12; n++) {
                        int at = ctx.pick(5);
                        expected[at] = task * 100 + n;
                        vars.get(at).set(expected[at]);
                        ctx.dawdle(1);
                        for (int i = 0; i < 5; i++) {
                            int want = expected[i];
                            ctx.equal(vars.get(i).isSet() ? vars.get(i).get() : 0, want, "value " + i);
                        }
                    }
                });
            }
        });
    }

    // ---- loops ----

    static void tasksOfAllLoopsMeet(ScenarioContext ctx) {
        int[] perLoop = new int[ctx.loops];
        var all = ctx.event();
        TaskGroup.run(group -> {
            for (int i = 0; i < ctx.loops * 2; i++) {
                int loop = i % ctx.loops;
                group.startSoon(TaskOptions.DEFAULTS.withName("on" + loop).withLoop(loop), () -> {
                    ctx.equal(Suspension.create("test").loop(), loop, "the loop");
                    perLoop[loop]++;
                    int sum = 0;
                    for (int count : perLoop) {
                        sum += count;
                    }
                    if (sum == ctx.loops * 2) {
                        all.set();
                    }
                    all.await();
                    TaskGroup.run(inner -> inner.startSoon(
                            () -> ctx.equal(Suspension.create("test").loop(), loop, "the loop of a child")));
                });
            }
        });
        for (int count : perLoop) {
            ctx.equal(count, 2, "tasks of a loop");
        }
        TaskGroup.run(group -> ctx.expectThrown(
                IllegalArgumentException.class,
                () -> group.startSoon(TaskOptions.DEFAULTS.withLoop(ctx.loops), AnyIO::checkpoint)));
    }
}
