package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.sync.Condition;
import io.anyio.sync.Lock;
import java.util.ArrayList;
import java.util.List;

/** Conditions: signals reach tasks that can act on them, and no task continues without the lock. */
final class ConditionScenarios {
    private ConditionScenarios() {}

    private static List<TaskHandle<?>> waiters(
            ScenarioContext ctx, TaskGroup group, Condition condition, int count, List<Integer> woken) {
        List<TaskHandle<?>> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            handles.add(ctx.go(
                    group,
                    "waiter" + i,
                    () -> condition.run(() -> {
                        condition.await();
                        ctx.expect(condition.isLocked(), "woken without the lock");
                        woken.add(number);
                        AnyIO.checkpoint();
                    })));
            ScenarioContext.settle();
        }
        return handles;
    }

    static void signalsWakeInTheOrderOfArrivalAndNoMoreThanAsked(ScenarioContext ctx) {
        var condition = ctx.condition();
        List<Integer> woken = new ArrayList<>();
        TaskGroup.run(group -> {
            waiters(ctx, group, condition, 5, woken);
            int first = ctx.pick(4);
            condition.run(() -> condition.signal(first));
            ScenarioContext.settle();
            ctx.equal(woken.stream().sorted().toList(), List.of(0, 1, 2).subList(0, first), "woken");
            ctx.equal(condition.statistics().tasksWaiting(), 5 - first, "who still waits");
            condition.run(condition::signalAll);
        });
        ctx.equal(woken.stream().sorted().toList(), List.of(0, 1, 2, 3, 4), "who was woken");
    }

    static void aSignalPassesOverWaitersThatWereCancelled(ScenarioContext ctx) {
        var condition = ctx.condition();
        List<Integer> woken = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        TaskGroup.run(group -> {
            var handles = waiters(ctx, group, condition, 4, woken);
            condition.run(() -> {
                for (int i = 0; i < 4; i++) {
                    if (ctx.flip()) {
                        handles.get(i).cancel();
                    } else {
                        expected.add(i);
                    }
                }
                ctx.waiting(condition.statistics().tasksWaiting(), expected.size(), 4);
                for (int i = 0; i < expected.size(); i++) {
                    condition.signal();
                }
            });
        });
        ctx.equal(woken.stream().sorted().toList(), expected, "who was woken");
    }

    static void aSignalledWaiterThatIsCancelledAfterwardsActsOnItsSignal(ScenarioContext ctx) {
        var condition = ctx.condition();
        boolean[] acted = {false};
        TaskGroup.run(group -> {
            var handle = ctx.go(
                    group,
                    "waiter",
                    () -> condition.run(() -> {
                        condition.await();
                        acted[0] = true;
                        AnyIO.checkpoint();
                        ctx.fail("it went on");
                    }));
            ScenarioContext.settle();
            condition.run(() -> {
                condition.signal();
                handle.cancel();
            });
        });
        ctx.expect(acted[0], "the signal was lost");
    }

    static void aCancelledWaiterHoldsTheLockWhenItIsTold(ScenarioContext ctx) {
        var condition = ctx.condition();
        TaskGroup.run(group -> {
            var handle = ctx.go(
                    group,
                    "waiter",
                    () -> condition.run(() -> {
                        try {
                            condition.await();
                        } catch (Cancelled c) {
                            ctx.equal(
                                    condition
                                            .statistics()
                                            .lockStatistics()
                                            .owner()
                                            .orElseThrow()
                                            .name(),
                                    "waiter",
                                    "the owner of the lock");
                            throw c;
                        }
                    }));
            ScenarioContext.settle();
            condition.run(() -> {
                handle.cancel();
                AnyIO.sleep(ScenarioContext.ms(3));
            });
            handle.await();
            ctx.equal(ctx.now(), 3L, "the time");
        });
    }

    static void aWaitInACancelledScopeDoesNotGiveTheLockAway(ScenarioContext ctx) {
        var condition = ctx.condition();
        TaskGroup.run(group -> {
            condition.acquire();
            ctx.go(group, "next", () -> condition.run(AnyIO::checkpoint));
            ScenarioContext.settle();
            CancelScope.open(scope -> {
                scope.cancel();
                ctx.expectCancelled("await", condition::await);
                ctx.equal(condition.statistics().lockStatistics().tasksWaiting(), 1, "who waits for the lock");
            });
            condition.release();
        });
    }

    static void itemsOfAMonitorAreEachTakenOnce(ScenarioContext ctx) {
        var condition = ctx.condition();
        List<Integer> items = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "consumer" + i, () -> {
                    for (int n = 0; n < 4; n++) {
                        int item = condition.call(
                                () -> condition.awaitFor(() -> items.isEmpty() ? null : items.removeFirst()));
                        taken.add(item);
                        ctx.dawdle(1);
                    }
                });
            }
            for (int i = 0; i < 12; i++) {
                int item = i;
                condition.run(() -> {
                    items.add(item);
                    condition.signal();
                });
                ctx.dawdle(1);
            }
        });
        ctx.equal(taken.stream().sorted().toList(), List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), "the items");
    }

    static void impatientConsumersLoseNoItem(ScenarioContext ctx) {
        var condition = ctx.condition();
        List<Integer> items = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                ctx.go(group, "consumer" + i, () -> {
                    while (taken.size() < 8) {
                        Timeouts.moveOnAfter(
                                ScenarioContext.ms(1 + ctx.pick(3)),
                                () -> condition.run(() -> taken.add(
                                        condition.awaitFor(() -> items.isEmpty() ? null : items.removeFirst()))));
                    }
                });
            }
            for (int i = 0; i < 8; i++) {
                int item = i;
                AnyIO.sleep(ctx.upTo(4));
                condition.run(() -> {
                    items.add(item);
                    condition.signal();
                });
            }
        });
        ctx.equal(taken.stream().sorted().toList(), List.of(0, 1, 2, 3, 4, 5, 6, 7), "the items");
    }

    static void aSignalOfAPredicateThatFailsGoesToTheNext(ScenarioContext ctx) {
        var condition = ctx.condition();
        boolean[] open = {false};
        int[] served = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "failing", () -> {
                try {
                    condition.run(() -> condition.awaitFor(() -> {
                        if (open[0]) {
                            throw new IllegalArgumentException("on purpose");
                        }
                        return null;
                    }));
                } catch (IllegalArgumentException expected) {
                    served[0]++;
                }
            });
            ScenarioContext.settle();
            ctx.go(
                    group,
                    "next",
                    () -> condition.run(() -> {
                        ctx.equal(condition.awaitFor(() -> open[0]), true, "the value of the predicate");
                        served[0]++;
                    }));
            ScenarioContext.settle();
            condition.run(() -> {
                open[0] = true;
                condition.signal();
            });
        });
        ctx.equal(served[0], 2, "who was served");
    }

    static void twoConditionsUnderOneLockDoNotWakeEachOther(ScenarioContext ctx) {
        var lock = ctx.lock();
        var full = ctx.track(Condition.create(lock));
        var empty = ctx.track(Condition.create(lock));
        List<Integer> buffer = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            ctx.go(group, "producer", () -> {
                for (int i = 0; i < 8; i++) {
                    int item = i;
                    lock.run(() -> {
                        full.awaitFor(() -> buffer.size() < 2);
                        buffer.add(item);
                        empty.signal();
                    });
                }
            });
            ctx.go(group, "consumer", () -> {
                for (int i = 0; i < 8; i++) {
                    lock.run(() -> {
                        empty.awaitFor(() -> !buffer.isEmpty());
                        got.add(buffer.removeFirst());
                        full.signal();
                    });
                    ctx.dawdle(1);
                }
            });
        });
        ctx.equal(got, List.of(0, 1, 2, 3, 4, 5, 6, 7), "the items");
    }

    static void withoutTheLockNoTaskMayWaitOrSignal(ScenarioContext ctx) {
        var condition = ctx.condition();
        ctx.expectThrown(IllegalStateException.class, condition::await);
        ctx.expectThrown(IllegalStateException.class, condition::signal);
        ctx.expectThrown(IllegalStateException.class, condition::signalAll);
        ctx.expectThrown(IllegalStateException.class, () -> condition.awaitFor(() -> false));
        TaskGroup.run(group -> {
            ctx.go(group, "holder", () -> condition.run(() -> AnyIO.sleep(ScenarioContext.ms(2))));
            ScenarioContext.settle();
            ctx.expectThrown(IllegalStateException.class, condition::signal);
            ctx.expectThrown(IllegalStateException.class, condition::release);
        });
    }

    static void aPredicateThatHoldsAtOnceDoesNotWait(ScenarioContext ctx) {
        var condition = ctx.condition();
        condition.run(() -> ctx.equal(condition.awaitFor(() -> "now"), "now", "the value"));
        CancelScope.open(scope -> condition.run(() -> {
            scope.cancel();
            ctx.equal(condition.awaitFor(() -> "now"), "now", "the value in a cancelled scope");
            ctx.expectCancelled("awaitFor", () -> condition.awaitFor(() -> false));
        }));
    }

    static void whoWaitsGivesTheLockToTheNextInLine(ScenarioContext ctx) {
        Lock lock = ctx.lock();
        var condition = ctx.track(Condition.create(lock));
        List<String> order = new ArrayList<>();
        TaskGroup.run(group -> {
            lock.acquire();
            ctx.go(
                    group,
                    "next",
                    () -> lock.run(() -> {
                        order.add("next");
                        condition.signal();
                        AnyIO.sleep(ScenarioContext.ms(1));
                        order.add("next goes");
                    }));
            ScenarioContext.settle();
            condition.await();
            order.add("back");
            lock.release();
        });
        ctx.equal(order, List.of("next", "next goes", "back"), "the order");
    }
}
