package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How often the clock is read, and when a slice is over. */
class TimeSliceTest {
    private final TimeSlice slice = new TimeSlice(true, false);
    private long now;
    private int readings;

    /** Steps that take so long each; stops when the slice is over, and gives how many there were. */
    private int steps(int most, long nanos) {
        for (int step = 1; step <= most; step++) {
            now += nanos;
            if (slice.step()) {
                readings++;
                slice.read(now);
            }
            if (slice.isOver()) {
                return step;
            }
        }
        return most;
    }

    @Test
    void quickStepsRarelyReadTheClock() {
        slice.begin(now);

        assertThat(steps(10_000, 50)).as("steps in a slice").isBetween(1_000, 1_100);
        assertThat(readings).isLessThan(40);
    }

    @Test
    void eachSlowStepReadsTheClock() {
        slice.begin(now);
        steps(2, 20_000);
        readings = 0;

        slice.begin(now);
        assertThat(steps(10, 20_000)).as("steps in a slice").isEqualTo(3);
        assertThat(readings).isEqualTo(3);
    }

    @Test
    void aSliceBeginsWithTwoStepsAtMostHoweverQuickTheLastOneWas() {
        slice.begin(now);
        steps(10_000, 50);
        slice.begin(now);

        assertThat(steps(100, 1_000_000)).isEqualTo(2);
    }

    @Test
    void theStepAfterAHurryReadsTheClock() {
        slice.begin(now);
        steps(500, 50);
        slice.hurry();

        assertThat(steps(100, 1_000_000)).isEqualTo(1);
    }

    @Test
    void aSliceThatHasEndedBeginsWithTheNextReading() {
        slice.begin(now);
        steps(10, 1_000_000);
        assertThat(slice.isOver()).isTrue();
        slice.end();
        now += 1_000_000_000; // another task's turn

        assertThat(slice.isOver()).isFalse();
        assertThat(steps(1, 0)).isEqualTo(1);
        assertThat(slice.isOver()).as("the span before it does not count").isFalse();
    }

    @Test
    void itIsSlowForAWhileWhenAStepHasTakenAWholeSlice() {
        slice.begin(now);
        assertThat(slice.isSlow()).isFalse();
        steps(2, 60_000);
        assertThat(slice.isSlow()).isTrue();
        slice.begin(now);
        steps(10, 100);
        assertThat(slice.isSlow()).as("behind quick ones").isTrue();
        slice.begin(now + 600_000);
        assertThat(slice.isSlow()).as("later").isFalse();
    }

    @Test
    void aLoopThatMostlyWaitsReadsTheClockAtEverySecondStepAndNeedsNoWatchdog() {
        var watched = new TimeSlice(false, false);
        int most = 0;
        for (int drain = 0; drain < 5_000; drain++) {
            watched.begin(now);
            int skipped = 0;
            for (int step = 0; step < 8; step++) { // quick ones
                now += 50;
                if (watched.step()) {
                    watched.read(now);
                    skipped = 0;
                } else {
                    most = Math.max(most, ++skipped);
                }
            }
            watched.end();
            now += 20_000; // waits for a message
        }
        assertThat(most).as("steps between two readings").isEqualTo(1);
    }

    @Test
    void aBusyLoopSkipsMoreReadings() {
        var watched = new TimeSlice(false, false);
        int most = 0;
        int skipped = 0;
        for (int step = 0; step < 100_000; step++) {
            now += 50;
            if (watched.step()) {
                watched.read(now);
                skipped = 0;
            } else {
                most = Math.max(most, ++skipped);
            }
        }
        assertThat(most).isGreaterThan(30);
    }

    @Test
    void inStepwiseRunsEveryStepReadsTheClockAndUsesTheSliceUp() {
        var stepwise = new TimeSlice(true, true);
        for (int step = 0; step < 100; step++) {
            assertThat(stepwise.isOver()).isTrue();
            assertThat(stepwise.step()).isTrue();
            stepwise.read(step);
            if (step % 10 == 0) {
                stepwise.end();
            }
        }
        assertThat(stepwise.isLongOver()).isFalse();
    }
}
