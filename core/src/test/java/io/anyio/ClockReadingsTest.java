package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Clock;
import io.anyio.testing.Simulation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which checkpoints read the clock. */
class ClockReadingsTest {
    private static final int CALLS = 1_000;

    private final AtomicInteger readings = new AtomicInteger();

    /** A simulation with time slices that counts how often its clock is read. */
    private BackendOptions counting() {
        return new BackendOptions() {
            @Override
            public String backend() {
                return "simulation";
            }

            @Override
            public Backend open() {
                Backend real = Simulation.DEFAULTS.withSlices(true).open();
                return (Backend) Proxy.newProxyInstance(
                        Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (_, method, arguments) -> {
                            try {
                                Object result = method.invoke(real, arguments);
                                return result instanceof Clock clock ? counted(clock) : result;
                            } catch (InvocationTargetException thrown) {
                                throw thrown.getCause();
                            }
                        });
            }
        };
    }

    private Clock counted(Clock clock) {
        return () -> {
            readings.incrementAndGet();
            return clock.nanoTime();
        };
    }

    private int readingsOf(Block<RuntimeException> calls) {
        readings.set(0);
        calls.run();
        return readings.get();
    }

    private static void checkIfCancelled() {
        for (int i = 0; i < CALLS; i++) {
            AnyIO.checkpointIfCancelled();
        }
    }

    @Test
    void withoutADeadlineAroundItCheckpointIfCancelledNeverDoes() {
        AnyIO.run(
                () -> {
                    TaskGroup.run(group -> {
                        group.startSoon(() -> AnyIO.sleep(Duration.ofHours(1))); // a timer of another task
                        AnyIO.checkpoint();
                        assertThat(readingsOf(ClockReadingsTest::checkIfCancelled))
                                .isZero();
                        group.cancel();
                    });
                    Timeouts.moveOnAfter(
                            Duration.ofHours(1),
                            () -> CancelScope.shielded(() -> assertThat(readingsOf(ClockReadingsTest::checkIfCancelled))
                                    .as("behind a shield")
                                    .isZero()));
                },
                counting());
    }

    @Test
    void withADeadlineItDoesNowAndThen() {
        AnyIO.run(
                () -> Timeouts.moveOnAfter(
                        Duration.ofHours(1),
                        () -> assertThat(readingsOf(ClockReadingsTest::checkIfCancelled))
                                .isBetween(1, CALLS / 10)),
                counting());
    }
}
