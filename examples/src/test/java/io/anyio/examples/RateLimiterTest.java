package io.anyio.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;

/** The limiter on a virtual clock, where a minute takes no time and is exactly a minute. */
class RateLimiterTest {

    @SimulatedTest
    void aMinuteOfBytesTakesAMinute() {
        var limiter = new RateLimiter(1_000);
        Deadline begin = AnyIO.currentTime();
        for (int i = 0; i < 60; i++) {
            limiter.acquire(1_000);
        }
        limiter.acquire(1);
        assertThat(AnyIO.currentTime().since(begin)).isEqualTo(Duration.ofMillis(59_900)); // the burst comes first
    }

    @SimulatedTest
    void aPauseDoesNotSaveUpMoreThanABurst() {
        var limiter = new RateLimiter(1_000);
        limiter.acquire(1);
        AnyIO.sleep(Duration.ofHours(1));
        Deadline begin = AnyIO.currentTime();
        limiter.acquire(1_100);
        limiter.acquire(1);
        assertThat(AnyIO.currentTime().since(begin)).isEqualTo(Duration.ofSeconds(1));
    }

    @SimulatedTest
    void aRateOfNothingIsRefused() {
        assertThatThrownBy(() -> new RateLimiter(0)).hasMessageContaining("at least 1 byte per second");
    }
}
