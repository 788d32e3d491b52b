package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.testing.Simulation;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two threads ask the same scopes to stop at the same time. */
class StopRequestRacesTest {
    private static final int ROUNDS = 10;
    private static final int SCOPES = 2000;
    private static final Duration SHORT = Duration.ofSeconds(5);

    @Test
    void theShorterGracePeriodCountsInEitherOrder() {
        for (int round = 0; round < ROUNDS; round++) {
            Simulation.DEFAULTS.run(StopRequestRacesTest::ask);
        }
    }

    private static void ask() {
        CancelScope[] scopes =
                Stream.generate(CancelScope::create).limit(SCOPES).toArray(CancelScope[]::new);
        TaskGroup.run(group -> {
            for (CancelScope scope : scopes) {
                group.startSoon(() -> scope.run(() -> AnyIO.sleepForever()));
            }
            AnyIO.awaitAllTasksBlocked();
            Deadline end = AnyIO.currentTime().plus(SHORT);
            var here = new AtomicInteger();
            var there = new AtomicInteger();
            Thread other = Thread.ofPlatform().start(() -> ask(scopes, SHORT, there, here));
            ask(scopes, SHORT.multipliedBy(2), here, there);
            other.join();
            assertThat(Arrays.stream(scopes).map(CancelScope::deadline)).containsOnly(end);
            group.cancel();
        });
    }

    /** Keeps step with the other thread, as well as it can be done without waiting. */
    private static void ask(CancelScope[] scopes, Duration grace, AtomicInteger mine, AtomicInteger others) {
        for (int i = 0; i < SCOPES; i++) {
            mine.set(i);
            for (int spins = 0; spins < 3000 && others.get() < i; spins++) {
                Thread.onSpinWait();
            }
            scopes[i].cancelAfter(grace);
        }
        mine.set(SCOPES);
    }
}
