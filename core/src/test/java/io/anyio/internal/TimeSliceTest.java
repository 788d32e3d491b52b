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
    void itIsLongOverAfterTenMilliseconds() {
        slice.begin(now);
        slice.read(now + 9_999_999);
        assertThat(slice.isOver()).isTrue();
        assertThat(slice.isLongOver()).isFalse();
        slice.read(now + 10_000_000);
        assertThat(slice.isLongOver()).isTrue();
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
        assertThat(mostSkippedBetweenWaits(watched, 5_000)).isEqualTo(1);
    }

    @Test
    void aLoopThatWasBusyAndMostlyWaitsNowReadsTheClockAtEverySecondStepAgain() {
        var watched = new TimeSlice(false, false);
        quickSteps(watched, 100_000);
        mostSkippedBetweenWaits(watched, 1_000);
        assertThat(mostSkippedBetweenWaits(watched, 5_000)).isEqualTo(1);
    }

    /** Waits for messages, each of which takes a few quick steps; returns how many successive steps read no clock. */
    private int mostSkippedBetweenWaits(TimeSlice of, int messages) {
        int most = 0;
        for (int message = 0; message < messages; message++) {
            of.begin(now);
            int skipped = 0;
            for (int step = 0; step < 8; step++) {
                now += 50;
                if (of.step()) {
                    of.read(now);
                    skipped = 0;
                } else {
                    most = Math.max(most, ++skipped);
                }
            }
            of.end();
            now += 20_000; // waits for a message
            if (message % 50 == 0) {
                of.hurry(); // as the watchdog does once a millisecond while it keeps pace
            }
        }
        return most;
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
    void aBusyLoopStaysBusyWhileItSkipsReadings() {
        var watched = new TimeSlice(false, false);
        assertThat(quickSteps(watched, 400_000)).as("readings").isLessThan(400_000 / 30);
    }

    @Test
    void aHurryIsOverWithTheNextReading() {
        slice.begin(now);
        slice.hurry();

        assertThat(quickSteps(slice, 1_000)).as("readings").isLessThan(40);
    }

    @Test
    void inASliceThatHasEndedTheNextStepReadsTheClockUnlessTheWatchdogKeepsPace() {
        slice.begin(now);
        steps(500, 50);
        slice.end();

        assertThat(slice.step()).isTrue();
    }

    @Test
    void theFirstTwoStepsAfterAHurryBetweenTwoSlicesReadTheClock() {
        var watched = new TimeSlice(false, false);
        quickSteps(watched, 100_000);
        watched.end();
        watched.hurry();
        now += 1_000_000;

        assertThat(watched.step()).isTrue();
        watched.read(now);
        assertThat(watched.step()).as("the steps before it may have been slow").isTrue();
    }

    /** Takes so many quick steps, however many slices they are; returns how many have read the clock. */
    private int quickSteps(TimeSlice of, int count) {
        int read = 0;
        for (int step = 0; step < count; step++) {
            now += 50;
            if (of.step()) {
                of.read(now);
                read++;
            }
        }
        return read;
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
