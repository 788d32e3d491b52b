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

/** Conditions: signals reach those who can act on them, and nobody goes on without the lock. */
final class ConditionScenarios {
    private ConditionScenarios() {}

    private static List<TaskHandle<?>> waiters(
            World w, TaskGroup group, Condition condition, int count, List<Integer> woken) {
        List<TaskHandle<?>> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            handles.add(w.go(
                    group,
                    "waiter" + i,
                    () -> condition.run(() -> {
                        condition.await();
                        w.expect(condition.isLocked(), "woken without the lock");
                        woken.add(number);
                        AnyIO.checkpoint();
                    })));
            World.settle();
        }
        return handles;
    }

    static void signalsWakeInTheOrderOfArrivalAndNoMoreThanAsked(World w) {
        var condition = w.condition();
        List<Integer> woken = new ArrayList<>();
        TaskGroup.run(group -> {
            waiters(w, group, condition, 5, woken);
            int first = w.pick(4);
            condition.run(() -> condition.signal(first));
            World.settle();
            w.equal(woken.stream().sorted().toList(), List.of(0, 1, 2).subList(0, first), "woken");
            w.equal(condition.statistics().tasksWaiting(), 5 - first, "who still waits");
            condition.run(condition::signalAll);
        });
        w.equal(woken.stream().sorted().toList(), List.of(0, 1, 2, 3, 4), "who was woken");
    }

    static void aSignalPassesOverWaitersThatWereCancelled(World w) {
        var condition = w.condition();
        List<Integer> woken = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        TaskGroup.run(group -> {
            var handles = waiters(w, group, condition, 4, woken);
            condition.run(() -> {
                for (int i = 0; i < 4; i++) {
                    if (w.flip()) {
                        handles.get(i).cancel();
                    } else {
                        expected.add(i);
                    }
                }
                w.waiting(condition.statistics().tasksWaiting(), expected.size(), 4);
                for (int i = 0; i < expected.size(); i++) {
                    condition.signal();
                }
            });
        });
        w.equal(woken.stream().sorted().toList(), expected, "who was woken");
    }

    static void aSignalledWaiterThatIsCancelledAfterwardsActsOnItsSignal(World w) {
        var condition = w.condition();
        boolean[] acted = {false};
        TaskGroup.run(group -> {
            var handle = w.go(
                    group,
                    "waiter",
                    () -> condition.run(() -> {
                        condition.await();
                        acted[0] = true;
                        AnyIO.checkpoint();
                        w.fail("it went on");
                    }));
            World.settle();
            condition.run(() -> {
                condition.signal();
                handle.cancel();
            });
        });
        w.expect(acted[0], "the signal was lost");
    }

    static void aCancelledWaiterHoldsTheLockWhenItIsTold(World w) {
        var condition = w.condition();
        TaskGroup.run(group -> {
            var handle = w.go(
                    group,
                    "waiter",
                    () -> condition.run(() -> {
                        try {
                            condition.await();
                        } catch (Cancelled c) {
                            w.equal(
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
            World.settle();
            condition.run(() -> {
                handle.cancel();
                AnyIO.sleep(World.ms(3));
            });
            handle.await();
            w.equal(w.now(), 3L, "the time");
        });
    }

    static void aWaitInACancelledScopeDoesNotGiveTheLockAway(World w) {
        var condition = w.condition();
        TaskGroup.run(group -> {
            condition.acquire();
            w.go(group, "next", () -> condition.run(AnyIO::checkpoint));
            World.settle();
            CancelScope.open(scope -> {
                scope.cancel();
                w.expectCancelled("await", condition::await);
                w.equal(condition.statistics().lockStatistics().tasksWaiting(), 1, "who waits for the lock");
            });
            condition.release();
        });
    }

    static void itemsOfAMonitorAreEachTakenOnce(World w) {
        var condition = w.condition();
        List<Integer> items = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                w.go(group, "consumer" + i, () -> {
                    for (int n = 0; n < 4; n++) {
                        int item = condition.call(
                                () -> condition.awaitFor(() -> items.isEmpty() ? null : items.removeFirst()));
                        taken.add(item);
                        w.dawdle(1);
                    }
                });
            }
            for (int i = 0; i < 12; i++) {
                int item = i;
                condition.run(() -> {
                    items.add(item);
                    condition.signal();
                });
                w.dawdle(1);
            }
        });
        w.equal(taken.stream().sorted().toList(), List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), "the items");
    }

    static void impatientConsumersLoseNoItem(World w) {
        var condition = w.condition();
        List<Integer> items = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                w.go(group, "consumer" + i, () -> {
                    while (taken.size() < 8) {
                        Timeouts.moveOnAfter(
                                World.ms(1 + w.pick(3)),
                                () -> condition.run(() -> taken.add(
                                        condition.awaitFor(() -> items.isEmpty() ? null : items.removeFirst()))));
                    }
                });
            }
            for (int i = 0; i < 8; i++) {
                int item = i;
                AnyIO.sleep(w.upTo(4));
                condition.run(() -> {
                    items.add(item);
                    condition.signal();
                });
            }
        });
        w.equal(taken.stream().sorted().toList(), List.of(0, 1, 2, 3, 4, 5, 6, 7), "the items");
    }

    static void aSignalOfAPredicateThatFailsGoesToTheNext(World w) {
        var condition = w.condition();
        boolean[] open = {false};
        int[] served = {0};
        TaskGroup.run(group -> {
            w.go(group, "failing", () -> {
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
            World.settle();
            w.go(
                    group,
                    "next",
                    () -> condition.run(() -> {
                        w.equal(condition.awaitFor(() -> open[0]), true, "the value of the predicate");
                        served[0]++;
                    }));
            World.settle();
            condition.run(() -> {
                open[0] = true;
                condition.signal();
            });
        });
        w.equal(served[0], 2, "who was served");
    }

    static void twoConditionsUnderOneLockDoNotWakeEachOther(World w) {
        var lock = w.lock();
        var full = w.track(Condition.create(lock));
        var empty = w.track(Condition.create(lock));
        List<Integer> buffer = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            w.go(group, "producer", () -> {
                for (int i = 0; i < 8; i++) {
                    int item = i;
                    lock.run(() -> {
                        full.awaitFor(() -> buffer.size() < 2);
                        buffer.add(item);
                        empty.signal();
                    });
                }
            });
            w.go(group, "consumer", () -> {
                for (int i = 0; i < 8; i++) {
                    lock.run(() -> {
                        empty.awaitFor(() -> !buffer.isEmpty());
                        got.add(buffer.removeFirst());
                        full.signal();
                    });
                    w.dawdle(1);
                }
            });
        });
        w.equal(got, List.of(0, 1, 2, 3, 4, 5, 6, 7), "the items");
    }

    static void withoutTheLockNobodyMayWaitOrSignal(World w) {
        var condition = w.condition();
        w.expectThrown(IllegalStateException.class, condition::await);
        w.expectThrown(IllegalStateException.class, condition::signal);
        w.expectThrown(IllegalStateException.class, condition::signalAll);
        w.expectThrown(IllegalStateException.class, () -> condition.awaitFor(() -> false));
        TaskGroup.run(group -> {
            w.go(group, "holder", () -> condition.run(() -> AnyIO.sleep(World.ms(2))));
            World.settle();
            w.expectThrown(IllegalStateException.class, condition::signal);
            w.expectThrown(IllegalStateException.class, condition::release);
        });
    }

    static void aPredicateThatHoldsAtOnceDoesNotWait(World w) {
        var condition = w.condition();
        condition.run(() -> w.equal(condition.awaitFor(() -> "now"), "now", "the value"));
        CancelScope.open(scope -> condition.run(() -> {
            scope.cancel();
            w.equal(condition.awaitFor(() -> "now"), "now", "the value in a cancelled scope");
            w.expectCancelled("awaitFor", () -> condition.awaitFor(() -> false));
        }));
    }

    static void whoWaitsGivesTheLockToTheNextInLine(World w) {
        Lock lock = w.lock();
        var condition = w.track(Condition.create(lock));
        List<String> order = new ArrayList<>();
        TaskGroup.run(group -> {
            lock.acquire();
            w.go(
                    group,
                    "next",
                    () -> lock.run(() -> {
                        order.add("next");
                        condition.signal();
                        AnyIO.sleep(World.ms(1));
                        order.add("next goes");
                    }));
            World.settle();
            condition.await();
            order.add("back");
            lock.release();
        });
        w.equal(order, List.of("next", "next goes", "back"), "the order");
    }
}
