package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.testing.junit.SimulatedTest;

/** What counts as a wait that lasts. */
class LoopObservationTest {
    private static final StackTraceElement[] NOWHERE = {};

    private static StackTraceElement[] at(int line) {
        return new StackTraceElement[] {new StackTraceElement("Some", "run", "Some.java", line)};
    }

    private static LoopObservation observation() {
        return new LoopObservation(Task.require("look").loop()) {
            @Override
            void inspect(long now) {
                throw new AssertionError("only the observed state is of interest");
            }
        };
    }

    /** A task that has just been mounted, or has just ended, shows no stack while its carrier's thread waits. */
    @SimulatedTest
    void aTaskWithoutAStackWaitsNowhereHoweverOftenItIsLookedAt() {
        var seen = observation();
        for (int look = 0; look < 5; look++) {
            assertThat(seen.waitsStillAt(NOWHERE)).isFalse();
        }
    }

    @SimulatedTest
    void aWaitIsSeenAtTwoLooksAtTheSamePlace() {
        var seen = observation();
        assertThat(seen.waitsStillAt(at(1))).isFalse();
        assertThat(seen.waitsStillAt(at(2))).isFalse();
        assertThat(seen.waitsStillAt(at(2))).isTrue();
    }

    @SimulatedTest
    void aLookInBetweenThatFindsNoWaitBeginsAnew() {
        var seen = observation();
        assertThat(seen.waitsStillAt(at(1))).isFalse();
        seen.waitsNowhere();
        assertThat(seen.waitsStillAt(at(1))).isFalse();
        assertThat(seen.waitsStillAt(NOWHERE)).isFalse();
        assertThat(seen.waitsStillAt(at(1))).isFalse();
        assertThat(seen.waitsStillAt(at(1))).isTrue();
    }

    @SimulatedTest
    void anotherTaskIsAnotherPicture() {
        var seen = observation();
        Object first = new Object();
        assertThat(seen.unchanged(1, first, true, 0)).isFalse();
        assertThat(seen.waitsStillAt(at(1))).isFalse();
        assertThat(seen.unchanged(1, new Object(), true, Watchdog.PATIENCE_NANOS))
                .isFalse();
        assertThat(seen.waitsStillAt(at(1))).isFalse();
    }

    @SimulatedTest
    void aPictureLastsWhenNothingHasChangedForAWhile() {
        var seen = observation();
        Object running = new Object();
        long begin = 5;
        assertThat(seen.unchanged(1, running, true, begin)).isFalse();
        assertThat(seen.unchanged(1, running, true, begin + Watchdog.PATIENCE_NANOS - 1))
                .isFalse();
        assertThat(seen.unchanged(1, running, true, begin + Watchdog.PATIENCE_NANOS))
                .isTrue();
        assertThat(seen.lasting(begin + Watchdog.PATIENCE_NANOS)).isEqualTo(Watchdog.PATIENCE_NANOS);
    }

    @SimulatedTest
    void anotherTurnAndALoopWithoutWorkAreOtherPictures() {
        var seen = observation();
        Object running = new Object();
        long later = Watchdog.PATIENCE_NANOS;
        assertThat(seen.unchanged(1, running, true, 0)).isFalse();
        assertThat(seen.unchanged(2, running, true, later)).isFalse();
        assertThat(seen.unchanged(2, running, false, 2 * later)).isFalse();
        assertThat(seen.unchanged(2, running, true, 2 * later + 1)).isFalse();
        assertThat(seen.unchanged(2, running, true, 3 * later)).isTrue();
    }
}
