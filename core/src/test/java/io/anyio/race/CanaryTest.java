package io.anyio.race;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A checker that transforms nothing finds nothing: it must find a race that is there. */
@Tag("lincheck")
class CanaryTest {
    @Test
    void aRacyCounterIsFound() {
        assertThatThrownBy(() -> LincheckTestBase.check(RacyCounter.class, 5, 50))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }

    /** Loses counts. */
    public static class RacyCounter {
        private int value;

        @Operation
        public int increment() {
            return ++value;
        }
    }
}
