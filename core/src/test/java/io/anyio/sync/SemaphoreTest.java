package io.anyio.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A semaphore under many interleavings: no slot lost, none granted twice. */
class SemaphoreTest {
    private long round; // makes the random choices of a program differ between seeds

    @SimulatedTest(seeds = 200)
    void noSlotIsLostOrGrantedTwice() {
        contend(TaskOptions.DEFAULTS);
    }

    @SimulatedTest(seeds = 200, loops = 2)
    void noSlotIsLostOrGrantedTwiceOnTwoLoops() {
        contend(TaskOptions.DEFAULTS.withSpread(true));
    }

    private void contend(TaskOptions options) {
        var random = new SplittableRandom(round++);
        int slots = 1 + random.nextInt(3);
        var semaphore = random.nextBoolean() ? Semaphore.create(slots, slots) : Semaphore.fast(slots, slots);
        int[] holders = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 10; i++) {
                int patience = random.nextInt(6);
                int work = random.nextInt(4);
                var handle = group.startSoon(
                        options,
                        () -> Timeouts.moveOnAfter(
                                Duration.ofMillis(patience),
                                () -> semaphore.run(() -> {
                                    assertThat(++holders[0]).isLessThanOrEqualTo(slots);
                                    try {
                                        AnyIO.sleep(Duration.ofMillis(work));
                                    } finally {
                                        holders[0]--;
                                    }
                                })));
                if (random.nextInt(4) == 0) {
                    group.startSoon(() -> {
                        AnyIO.checkpoint();
                        handle.cancel();
                    });
                }
            }
        });
        assertThat(semaphore.value()).isEqualTo(slots);
        assertThat(semaphore.statistics().tasksWaiting()).isZero();
    }

    @SimulatedTest(seeds = 200)
    void waitersGetSlotsInTheOrderOfArrival() {
        var semaphore = Semaphore.create(0);
        List<Integer> order = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                group.startSoon(() -> {
                    semaphore.acquire();
                    order.add(number);
                    semaphore.release();
                });
                while (semaphore.statistics().tasksWaiting() == i) {
                    AnyIO.checkpoint();
                }
            }
            semaphore.release();
        });
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
        assertThat(semaphore.value()).isEqualTo(1);
    }

    @Test
    void aThreadThatIsNoTaskMayTakeAndGiveBackWithoutWaiting() {
        var semaphore = Semaphore.create(1, 2);
        semaphore.acquireNow();
        assertThatThrownBy(semaphore::acquireNow).isInstanceOf(WouldBlockException.class);
        assertThatThrownBy(semaphore::acquire).isInstanceOf(NoEventLoopException.class);
        semaphore.release();
        semaphore.release();
        assertThatThrownBy(semaphore::release).isInstanceOf(IllegalStateException.class);
        assertThat(semaphore).hasToString("Semaphore[2 of 2]");
        assertThat(Semaphore.create(2)).hasToString("Semaphore[2 of unlimited]");
    }

    @Test
    void argumentsAreChecked() {
        assertThatThrownBy(() -> Semaphore.create(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Semaphore.create(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Semaphore.create(1).maxValue()).isEqualTo(Semaphore.UNLIMITED);
        assertThat(Semaphore.create(1, 3).maxValue()).isEqualTo(3);
    }
}
