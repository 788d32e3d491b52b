package io.anyio.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.testing.junit.SimulatedTest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;

/** A condition under many interleavings: no signal lost, the lock always held where it should be. */
class ConditionTest {
    private static final TaskOptions ANY_LOOP = TaskOptions.DEFAULTS.withSpread(true);

    private long round; // makes the random choices of a program differ between seeds

    @SimulatedTest(seeds = 200)
    void everyItemFindsATaker() {
        exchange(TaskOptions.DEFAULTS);
    }

    @SimulatedTest(seeds = 200, loops = 2)
    void everyItemFindsATakerOnTwoLoops() {
        exchange(ANY_LOOP);
    }

    /** Takers, some of which are cancelled, and as many items as there are patient ones: none may be left waiting. */
    private void exchange(TaskOptions options) {
        var random = new SplittableRandom(round++);
        var condition = Condition.create();
        Queue<Integer> items = new ArrayDeque<>();
        int[] taken = {0};
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> impatient = new ArrayList<>();
            int extra = 0;
            for (int i = 0; i < 9; i++) {
                var taker = group.startSoon(options, () -> {
                    try {
                        condition.run(() -> {
                            try {
                                condition.awaitFor(items::poll);
                                taken[0]++;
                            } finally {
                                assertHeld(condition);
                            }
                        });
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                });
                if (random.nextInt(3) == 0) {
                    impatient.add(taker);
                } else {
                    extra++;
                }
            }
            int patient = extra;
            group.startSoon(options, () -> {
                for (int i = 0; i < patient; i++) {
                    int item = i;
                    condition.run(() -> {
                        items.add(item);
                        condition.signal();
                    });
                }
                // an impatient one that took an item before it was cancelled owes it to the others
                while (taken[0] + cancelled[0] < 9) {
                    condition.run(() -> {
                        if (items.isEmpty()) {
                            items.add(-1);
                            condition.signal();
                        }
                    });
                    AnyIO.checkpoint();
                }
            });
            group.startSoon(
                    options,
                    () -> impatient.forEach(taker -> {
                        AnyIO.checkpoint();
                        taker.cancel();
                    }));
        });
        assertThat(taken[0] + cancelled[0]).isEqualTo(9);
        assertThat(condition.statistics().tasksWaiting()).isZero();
        assertThat(condition.isLocked()).isFalse();
    }

    /** One signal, one cancelled before or after it: the other one has to get on. */
    @SimulatedTest(seeds = 200, loops = 2)
    void aSignalGoesToATaskThatCanUseIt() {
        var random = new SplittableRandom(round++);
        boolean cancelFirst = random.nextBoolean();
        var condition = Condition.create();
        int[] woken = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                waiters.add(group.startSoon(
                        ANY_LOOP,
                        () -> condition.run(() -> {
                            condition.await();
                            woken[0]++;
                        })));
                while (condition.statistics().tasksWaiting() == i) {
                    AnyIO.checkpoint();
                }
            }
            condition.run(() -> {
                if (cancelFirst) {
                    waiters.get(0).cancel();
                    condition.signal();
                } else {
                    condition.signal();
                    waiters.get(0).cancel();
                }
                assertThat(condition.statistics().tasksWaiting()).isEqualTo(cancelFirst ? 0 : 1);
            });
            waiters.get(cancelFirst ? 1 : 0).await();
            assertThat(woken[0]).isEqualTo(1);
            group.cancel();
        });
        assertThat(condition.isLocked()).isFalse();
    }

    @SimulatedTest(seeds = 200)
    void aPredicateThatThrowsHandsTheSignalOn() {
        var condition = Condition.create();
        boolean[] ready = {false};
        boolean[] got = {false};
        TaskGroup.run(group -> {
            group.startSoon(() -> assertThatThrownBy(() -> condition.run(() -> condition.awaitFor(() -> {
                        if (ready[0]) {
                            throw new IllegalArgumentException("predicate");
                        }
                        return null;
                    })))
                    .hasMessage("predicate"));
            while (condition.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            group.startSoon(() -> condition.run(() -> got[0] = condition.awaitFor(() -> ready[0])));
            while (condition.statistics().tasksWaiting() == 1) {
                AnyIO.checkpoint();
            }
            condition.run(() -> {
                ready[0] = true;
                condition.signal();
            });
        });
        assertThat(got[0]).isTrue();
    }

    @SimulatedTest(seeds = 200)
    void aCancelledWaiterTakesTheLockBackBeforeItGoesOn() {
        var condition = Condition.create();
        TaskGroup.run(group -> {
            var waiter = group.startSoon(() -> condition.run(() -> {
                try {
                    condition.await();
                } finally {
                    assertHeld(condition);
                }
            }));
            while (condition.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            condition.run(() -> {
                waiter.cancel();
                CancelScope.shielded(() -> {
                    for (int i = 0; i < 5; i++) {
                        AnyIO.checkpoint();
                    }
                });
                assertHeld(condition);
            });
        });
        assertThat(condition.isLocked()).isFalse();
    }

    @SimulatedTest
    void theLockItselfMayBeAcquiredAndReleasedBesides() {
        var lock = Lock.create();
        var condition = Condition.create(lock);
        lock.acquire();
        condition.signalAll(); // AnyIO refuses this, and allows it after the release
        lock.release();
        assertThatThrownBy(condition::signalAll).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> condition.signal(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertHeld(Condition condition) {
        long me = AnyIO.currentTask().id();
        assertThat(condition.statistics().lockStatistics().owner().orElseThrow().id())
                .isEqualTo(me);
    }
}
