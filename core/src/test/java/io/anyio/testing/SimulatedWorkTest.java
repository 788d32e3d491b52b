package io.anyio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work that moves the virtual clock, and the time slices that can be seen with it. */
class SimulatedWorkTest {
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    @Test
    void workMovesTheClockAndNothingElse() {
        Simulation.DEFAULTS.run(() -> {
            Deadline before = AnyIO.currentTime();
            Simulation.work(MILLISECOND);
            assertThat(AnyIO.currentTime().since(before)).isEqualTo(MILLISECOND);
        });
    }

    @Test
    void workIsRefusedWhereThereIsNoVirtualClock() {
        assertThatThrownBy(() -> Simulation.work(MILLISECOND)).isInstanceOf(NoEventLoopException.class);
        Simulation.DEFAULTS.run(() -> assertThatThrownBy(() -> Simulation.work(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class));
    }

    @Test
    void scopesWithOneDeadlineExpireTogetherHoweverLateTheInnerOneIsEntered() {
        Simulation.forEachSeed(20, () -> {
            Deadline shared = Deadline.after(MILLISECOND);
            boolean[] between = new boolean[1];
            CancelScope outer = Timeouts.moveOnAt(shared, () -> {
                Simulation.work(MILLISECOND.multipliedBy(2));
                Timeouts.failAt(shared, () -> AnyIO.sleepForever());
                between[0] = true;
            });
            assertThat(outer.cancelledCaught()).isTrue();
            assertThat(between[0]).isFalse();
        });
    }

    @Test
    void aDeadlineIsSeenByTheNextCheckpointWhereverItIsArmed() {
        for (int seed = 0; seed < 20; seed++) {
            Simulation.DEFAULTS.withSeed(seed).withLoops(3).run(() -> {
                List<String> passed = new ArrayList<>();
                Timeouts.moveOnAfter(
                        MILLISECOND,
                        () -> TaskGroup.run(group -> group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> {
                            Simulation.work(MILLISECOND.multipliedBy(2));
                            AnyIO.checkpointIfCancelled();
                            passed.add("passed");
                        })));
                assertThat(passed).isEmpty();
            });
        }
    }

    @Test
    void aTaskThatIsAloneLetsTimersAndIoHaveTheirTurn() {
        SimulationReport[] report = new SimulationReport[1];
        Simulation.DEFAULTS
                .withSlices(true)
                .withListener(told -> report[0] = told)
                .run(() -> {
                    Event set = Event.create();
                    set.set();
                    int[] calls = new int[1];
                    Timeouts.moveOnAfter(MILLISECOND.multipliedBy(20), () -> {
                        while (true) {
                            Simulation.work(Duration.ofNanos(100));
                            set.await();
                            calls[0]++;
                        }
                    });
                    assertThat(calls[0]).isBetween(199_000, 200_100);
                });
        assertThat(report[0].longestDrain()).isLessThan(Duration.ofNanos(200_000));
    }

    /** Fast locks yield only when others have waited for 10 ms. */
    @Test
    void aLoopOverAFastLockKeepsOthersWaitingForTenMilliseconds() {
        for (boolean lock : new boolean[] {true, false}) {
            Lock fastLock = Lock.fast();
            Semaphore fastSemaphore = Semaphore.fast(1);
            Block<RuntimeException> call = lock ? () -> fastLock.run(() -> {}) : () -> fastSemaphore.run(() -> {});
            Simulation.DEFAULTS
                    .withSlices(true)
                    .run(() -> TaskGroup.run(group -> {
                        Deadline begin = AnyIO.currentTime();
                        boolean[] woken = {false};
                        group.startSoon(() -> {
                            AnyIO.sleep(MILLISECOND);
                            woken[0] = true;
                        });
                        AnyIO.checkpoint();
                        Timeouts.failAfter(Duration.ofSeconds(1), () -> {
                            while (!woken[0]) {
                                Simulation.work(Duration.ofNanos(10_000));
                                call.run();
                            }
                        });
                        assertThat(AnyIO.currentTime().since(begin))
                                .isBetween(MILLISECOND.multipliedBy(8), MILLISECOND.multipliedBy(13));
                    }));
        }
    }
}
