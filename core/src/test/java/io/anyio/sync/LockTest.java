package io.anyio.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A lock under many interleavings: held once, never lost, in order. */
class LockTest {
    private static final TaskOptions ANY_LOOP = TaskOptions.DEFAULTS.withSpread(true);

    private long round; // makes the random choices of a program differ between seeds

    @SimulatedTest(seeds = 200)
    void itIsHeldOnceAndNeverLost() {
        contend(TaskOptions.DEFAULTS);
    }

    @SimulatedTest(seeds = 200, loops = 2)
    void itIsHeldOnceAndNeverLostOnTwoLoops() {
        contend(ANY_LOOP);
    }

    private void contend(TaskOptions options) {
        var random = new SplittableRandom(round++);
        var lock = random.nextBoolean() ? Lock.create() : Lock.fast();
        int[] holders = {0};
        int[] ended = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                int patience = random.nextInt(6);
                int work = random.nextInt(4);
                boolean impatient = random.nextInt(3) == 0;
                var handle = group.startSoon(options, () -> {
                    Timeouts.moveOnAfter(Duration.ofMillis(patience), () -> {
                        if (impatient) {
                            try {
                                lock.acquireNow();
                            } catch (WouldBlockException held) {
                                return;
                            }
                        } else {
                            lock.acquire();
                        }
                        try {
                            assertThat(++holders[0]).as("holders").isEqualTo(1);
                            CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(work)));
                        } finally {
                            holders[0]--;
                            lock.release();
                        }
                    });
                    ended[0]++;
                });
                if (random.nextInt(4) == 0) {
                    group.startSoon(() -> {
                        AnyIO.checkpoint();
                        handle.cancel();
                    });
                }
            }
        });
        assertThat(ended[0]).isBetween(1, 8);
        assertThat(lock.isLocked()).isFalse();
        assertThat(lock.statistics()).isEqualTo(new LockStatistics(false, Optional.empty(), 0));
    }

    @SimulatedTest(seeds = 200)
    void waitersGetItInTheOrderOfArrivalAndNoneOvertakes() {
        var lock = Lock.create();
        List<Integer> order = new ArrayList<>();
        TaskGroup.run(group -> {
            lock.acquire();
            for (int i = 0; i < 5; i++) {
                int number = i;
                group.startSoon(() -> lock.run(() -> order.add(number)));
                while (lock.statistics().tasksWaiting() == i) {
                    AnyIO.checkpoint();
                }
            }
            lock.release();
            assertThatThrownBy(lock::acquireNow).isInstanceOf(WouldBlockException.class);
            lock.run(() -> order.add(5));
        });
        assertThat(order).isEqualTo(IntStream.range(0, 6).boxed().toList());
    }

    @SimulatedTest(seeds = 200)
    void whoWasHandedTheLockHasItEvenWhenCancelledThen() {
        var lock = Lock.create();
        boolean[] held = {false};
        TaskGroup.run(group -> {
            lock.acquire();
            var waiter = group.startSoon(TaskOptions.named("waiter"), () -> {
                lock.acquire();
                held[0] = true;
                try {
                    assertThatThrownBy(AnyIO::checkpoint).isInstanceOf(Cancelled.class);
                } finally {
                    lock.release();
                }
            });
            while (lock.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            lock.release();
            waiter.cancel();
            assertThat(lock.statistics().owner().orElseThrow().name()).isEqualTo("waiter");
        });
        assertThat(held[0]).isTrue();
        assertThat(lock.isLocked()).isFalse();
    }

    @SimulatedTest
    void theBlockReleasesInAnyCase() {
        var lock = Lock.create();
        assertThatThrownBy(() -> lock.run(() -> {
                    throw new IllegalArgumentException("body");
                }))
                .hasMessage("body");
        assertThat(lock.isLocked()).isFalse();
        assertThat(lock.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        assertThat(lock.isLocked()).isFalse();
        assertThat(lock).hasToString("Lock[free]");
    }

    @SimulatedTest
    void onlyTheOwnerMayRelease() {
        var lock = Lock.create();
        assertThatThrownBy(lock::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no task holds it");
        TaskGroup.run(group -> {
            lock.acquire();
            group.startSoon(
                    TaskOptions.named("thief"),
                    () -> assertThatThrownBy(lock::release)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("task 'thief' does not hold"));
        });
        assertThat(lock.isLocked()).isTrue();
        lock.release();
    }

    @Test
    void aThreadThatIsNoTaskIsToldSo() {
        var lock = Lock.create();
        assertThatThrownBy(lock::acquire).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(lock::acquireNow).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(lock::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no task");
        assertThat(lock.isLocked()).isFalse();
    }
}
