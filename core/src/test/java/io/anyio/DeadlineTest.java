package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Arithmetic of points in time, up to the two ends of it. */
class DeadlineTest {
    private static final Duration LARGEST = Duration.ofNanos(Long.MAX_VALUE);
    private static final Duration SMALLEST = Duration.ofNanos(Long.MIN_VALUE);
    private static final Duration TOO_LONG = Duration.ofSeconds(Long.MAX_VALUE);
    private static final Duration TOO_SHORT = Duration.ofSeconds(Long.MIN_VALUE);
    private static final Deadline EARLY = Deadline.ofNanos(-5);
    private static final Deadline LATE = Deadline.ofNanos(10);

    @Test
    void equalPointsAreNoTimeApart() {
        for (Deadline point : List.of(Deadline.NEVER, Deadline.PAST, EARLY, LATE)) {
            assertThat(point.since(Deadline.ofNanos(point.nanos())))
                    .as("%s", point)
                    .isEqualTo(Duration.ZERO);
        }
    }

    @Test
    void fromAndToTheEndsOfTimeItIsTheLargestSpan() {
        for (Deadline point : List.of(EARLY, LATE)) {
            assertThat(Deadline.NEVER.since(point)).isEqualTo(LARGEST);
            assertThat(point.since(Deadline.PAST)).isEqualTo(LARGEST);
            assertThat(point.since(Deadline.NEVER)).isEqualTo(SMALLEST);
            assertThat(Deadline.PAST.since(point)).isEqualTo(SMALLEST);
        }
        assertThat(Deadline.NEVER.since(Deadline.PAST)).isEqualTo(LARGEST);
        assertThat(Deadline.PAST.since(Deadline.NEVER)).isEqualTo(SMALLEST);
    }

    @Test
    void betweenOtherPointsItIsWhatLiesBetweenThem() {
        assertThat(LATE.since(EARLY)).isEqualTo(Duration.ofNanos(15));
        assertThat(EARLY.since(LATE)).isEqualTo(Duration.ofNanos(-15));
        Deadline first = Deadline.ofNanos(Long.MIN_VALUE + 1);
        Deadline last = Deadline.ofNanos(Long.MAX_VALUE - 1);
        assertThat(last.since(first)).isEqualTo(LARGEST);
        assertThat(first.since(last)).isEqualTo(SMALLEST);
    }

    @Test
    void aPointMovesForwardAndBackUpToTheEnds() {
        assertThat(LATE.minus(Duration.ofNanos(15))).isEqualTo(EARLY);
        assertThat(EARLY.plus(Duration.ofNanos(15))).isEqualTo(LATE);
        assertThat(LATE.minus(Duration.ofNanos(-1))).isEqualTo(LATE.plus(Duration.ofNanos(1)));
        assertThat(EARLY.minus(TOO_LONG)).isSameAs(Deadline.PAST);
        assertThat(LATE.plus(TOO_LONG)).isSameAs(Deadline.NEVER);
        assertThat(LATE.minus(TOO_SHORT)).isSameAs(Deadline.NEVER);
        assertThat(EARLY.minus(SMALLEST)).isEqualTo(Deadline.ofNanos(Long.MAX_VALUE - 5));
        for (Deadline end : List.of(Deadline.NEVER, Deadline.PAST)) {
            assertThat(end.minus(TOO_LONG)).isSameAs(end);
            assertThat(end.minus(TOO_SHORT)).isSameAs(end);
            assertThat(end.plus(TOO_LONG)).isSameAs(end);
        }
    }

    @Test
    void pointsAreInOrder() {
        List<Deadline> inOrder = List.of(Deadline.PAST, EARLY, LATE, Deadline.NEVER);
        for (int i = 0; i < inOrder.size(); i++) {
            for (int j = 0; j < inOrder.size(); j++) {
                assertThat(inOrder.get(i).isBefore(inOrder.get(j))).isEqualTo(i < j);
            }
        }
    }
}
