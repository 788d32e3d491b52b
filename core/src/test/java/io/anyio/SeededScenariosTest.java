package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.sync.Event;
import io.anyio.testing.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;

/** Small programs under many interleavings, each with an oracle: nobody stuck, nothing lost, nothing granted twice. */
class SeededScenariosTest {
    private static final int SEEDS = 300;

    private long round; // makes the random choices of a program differ between seeds

    private SplittableRandom random() {
        return new SplittableRandom(round++);
    }

    @AfterEach
    void forget() {
        round = 0;
    }

    private static TaskOptions anyLoop(String name) {
        return TaskOptions.DEFAULTS.withName(name).withSpread(true);
    }

    /** A fair lock, built as every primitive is: on a wait queue, with direct hand-off. */
    private static final class Mutex {
        private final WaitQueue waiters = WaitQueue.create();
        private boolean held; // guarded by waiters

        void acquire() {
            Checkpoints.ifCancelled();
            var wait = Suspension.create("acquire");
            waiters.enter();
            if (!held && waiters.isIdle()) {
                held = true;
                waiters.leave();
                return;
            }
            waiters.add(wait);
            waiters.leave();
            waiters.await(wait);
        }

        void release() {
            waiters.enter();
            Suspension next = waiters.claimFirst();
            if (next == null) {
                held = false;
            }
            waiters.leave();
            if (next != null) {
                next.wake();
            }
        }

        int waiting() {
            waiters.enter();
            try {
                return waiters.size();
            } finally {
                waiters.leave();
            }
        }
    }

    @SimulatedTest(seeds = SEEDS, loops = 2)
    void aLockWhoseWaitersAreCancelledIsNeverLostAndNeverHeldTwice() {
        var random = random();
        var mutex = new Mutex();
        int[] holders = {0};
        int[] worked = {0};
        int[] gaveUp = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                int patience = random.nextInt(6);
                int work = random.nextInt(4);
                var handle = group.startSoon(anyLoop("worker" + i), () -> {
                    var scope = CancelScope.moveOnAfter(Duration.ofMillis(patience), () -> {
                        mutex.acquire();
                        try {
                            assertThat(++holders[0]).as("holders").isEqualTo(1);
                            CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(work)));
                            worked[0]++;
                        } finally {
                            holders[0]--;
                            mutex.release();
                        }
                        AnyIO.checkpoint();
                    });
                    if (scope.cancelledCaught()) {
                        gaveUp[0]++;
                    }
                });
                if (random.nextInt(4) == 0) {
                    group.startSoon("canceller" + i, () -> {
                        AnyIO.checkpoint();
                        handle.cancel();
                    });
                }
            }
        });
        assertThat(mutex.waiting()).isZero();
        CancelScope.failAfter(Duration.ofSeconds(1), mutex::acquire); // it is free, whatever happened
    }

    @SimulatedTest(seeds = SEEDS)
    void everybodyWhoWaitsForAnEventIsWokenExactlyOnceOrCancelled() {
        var random = random();
        var event = Event.create();
        int[] woken = {0};
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                handles.add(group.startSoon("waiter" + i, () -> {
                    try {
                        event.await();
                        woken[0]++;
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                }));
            }
            group.startSoon("setter", () -> {
                for (int i = random.nextInt(3); i > 0; i--) {
                    AnyIO.checkpoint();
                }
                event.set();
            });
            group.startSoon("canceller", () -> {
                for (TaskHandle<?> handle : handles) {
                    if (random.nextBoolean()) {
                        handle.cancel();
                        AnyIO.checkpoint();
                    }
                }
            });
        });
        assertThat(woken[0] + cancelled[0]).isEqualTo(10);
        assertThat(event.statistics().tasksWaiting()).isZero();
    }

    @SimulatedTest(seeds = SEEDS)
    void aWaitThatWasSatisfiedIsNotCancelledAfterwards() {
        var event = Event.create();
        boolean[] returned = {false};
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            var waiting = Event.create();
            group.startSoon(
                    "waiter",
                    () -> scope.run(() -> {
                        waiting.set();
                        event.await();
                        returned[0] = true;
                        AnyIO.checkpoint();
                    }));
            waiting.await();
            AnyIO.sleep(Duration.ofMillis(1)); // now the waiter is parked
            event.set();
            scope.cancel();
        });
        assertThat(returned[0]).isTrue();
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @SimulatedTest(seeds = SEEDS)
    void aWaiterThatWasCancelledIsDeadForWhoeverGrantsLater() {
        var event = Event.create();
        boolean[] returned = {false};
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(
                    "waiter",
                    () -> scope.run(() -> {
                        event.await();
                        returned[0] = true;
                    }));
            AnyIO.sleep(Duration.ofMillis(1)); // now the waiter is parked
            scope.cancel();
            assertThat(event.statistics().tasksWaiting()).isZero();
            event.set();
        });
        assertThat(returned[0]).isFalse();
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @SimulatedTest(seeds = SEEDS)
    void aSwallowedCancellationIsToldAgainAtEachCheckpoint() {
        int[] told = {0};
        TaskGroup.run(group -> {
            group.startSoon("stubborn", () -> {
                for (int i = 0; i < 5; i++) {
                    try {
                        AnyIO.sleep(Duration.ofSeconds(1));
                        AnyIO.checkpoint();
                    } catch (Cancelled swallowed) {
                        told[0]++;
                    }
                }
            });
            AnyIO.checkpoint();
            group.cancel();
        });
        assertThat(told[0]).isEqualTo(5);
    }

    @SimulatedTest(seeds = SEEDS)
    void startIsToldOfAChildThatEndsWithoutAReport() {
        var random = random();
        int delay = random.nextInt(2);
        TaskGroup.run(group -> {
            try {
                group.start(_ -> AnyIO.sleep(Duration.ofMillis(delay)));
            } catch (IllegalStateException silent) {
                assertThat(silent).hasMessageContaining("without calling started()");
                return;
            }
            throw new AssertionError("start() returned without a report");
        });
    }

    @SimulatedTest(seeds = SEEDS, loops = 3)
    void aTreeOfGroupsAndShieldsEndsWhenItsRootIsCancelled() {
        var random = random();
        int[] live = {0};
        int[] shieldedWork = {0};
        int[] shieldedDone = {0};
        var root = CancelScope.moveOnAfter(
                Duration.ofMillis(random.nextInt(5)), () -> grow(random, 3, live, shieldedWork, shieldedDone));
        assertThat(live[0]).as("tasks that have not ended").isZero();
        assertThat(shieldedDone[0]).as("shielded work that was cut").isEqualTo(shieldedWork[0]);
        assertThat(root.cancelCalled()).isTrue();
    }

    private static void grow(SplittableRandom random, int depth, int[] live, int[] shieldedWork, int[] shieldedDone) {
        TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                boolean shield = random.nextInt(3) == 0;
                group.startSoon(anyLoop("d" + depth), () -> {
                    live[0]++;
                    try {
                        if (shield) {
                            CancelScope.shielded(() -> {
                                shieldedWork[0]++;
                                AnyIO.sleep(Duration.ofMillis(7));
                                shieldedDone[0]++;
                            });
                        }
                        if (depth > 0) {
                            grow(random, depth - 1, live, shieldedWork, shieldedDone);
                        } else {
                            AnyIO.sleepForever();
                        }
                    } finally {
                        live[0]--;
                    }
                });
            }
        });
    }

    @SimulatedTest(seeds = SEEDS)
    void startAlwaysEndsWhateverTheChildAndTheCallerDo() {
        var random = random();
        int childDelay = random.nextInt(3);
        int ending = random.nextInt(4);
        int callerPatience = random.nextInt(3);
        String[] outcome = {"none"};
        boolean[] childEnded = {false};
        try {
            TaskGroup.run(group -> CancelScope.moveOnAfter(Duration.ofMillis(callerPatience), () -> {
                try {
                    outcome[0] = group.start(status -> {
                        try {
                            AnyIO.sleep(Duration.ofMillis(childDelay));
                            switch (ending) {
                                case 0 -> throw new IllegalArgumentException("before");
                                case 1 -> {}
                                case 2 -> {
                                    status.started("value");
                                    throw new IllegalArgumentException("after");
                                }
                                default -> {
                                    status.started("value");
                                    AnyIO.sleep(Duration.ofMillis(1));
                                }
                            }
                        } finally {
                            childEnded[0] = true;
                        }
                    });
                } catch (IllegalArgumentException failed) {
                    outcome[0] = failed.getMessage();
                } catch (IllegalStateException silent) {
                    outcome[0] = "silent";
                }
            }));
        } catch (ExceptionGroup group) {
            outcome[0] += " then " + group.collapse().getMessage();
        }
        assertThat(childEnded[0]).isTrue();
        assertThat(outcome[0])
                .isIn(
                        switch (ending) {
                            case 0 -> List.of("before", "none");
                            case 1 -> List.of("silent", "none");
                            case 2 -> List.of("value then after", "none then after", "none");
                            default -> List.of("value", "none");
                        });
    }

    @SimulatedTest(seeds = SEEDS)
    void deadlinesFireInOrderAndMovedOnesAtTheirNewTime() {
        var random = random();
        List<Long> fired = new ArrayList<>();
        Deadline begin = AnyIO.currentTime();
        TaskGroup.run(group -> {
            for (int i = 0; i < 12; i++) {
                long first = random.nextInt(50);
                long moved = random.nextInt(50);
                group.startSoon("sleeper" + i, () -> {
                    CancelScope.moveOnAfter(Duration.ofMillis(first + 50), scope -> {
                        scope.deadline(begin.plus(Duration.ofMillis(moved)));
                        AnyIO.sleepForever();
                    });
                    long at = AnyIO.currentTime().since(begin).toMillis();
                    assertThat(at).isEqualTo(moved);
                    fired.add(at);
                });
            }
        });
        assertThat(fired).hasSize(12).isSorted();
    }
}
