package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;

/** Tests of time-outs, silent or with an exception. */
class TimeoutLawsTest {
    private static final Duration SHORT = Duration.ofMillis(2);
    private static final Duration LONG = Duration.ofSeconds(60);

    @AnyIOTest
    @Law({76, 80, 81})
    @Ported({"TG::test_fail_after", "TG::test_fail_at", "TG::test_fail_after_reason", "TG::test_fail_at_reason"})
    void failingScopesThrowWithTheReasonAndTheCancellationNamesTheDeadline() {
        for (Duration delay : new Duration[] {Duration.ZERO, SHORT}) {
            CancelScope[] scope = new CancelScope[1];
            assertThatThrownBy(() -> Timeouts.failAfter(delay, failing -> {
                        scope[0] = failing;
                        sleepsAndSeesTheDeadline();
                    }))
                    .isInstanceOf(TimedOutException.class);
            assertThat(scope[0].cancelCalled()).isTrue();
            assertThat(scope[0].cancelledCaught()).isTrue();
            assertThat(scope[0].cancelReason()).contains("deadline exceeded");

            assertThatThrownBy(() -> Timeouts.failAfter(delay, "oopsies", AnyIO::sleepForever))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessage("oopsies");
            assertThatThrownBy(() -> Timeouts.failAt(Deadline.after(delay), TimeoutLawsTest::sleepsAndSeesTheDeadline))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessage("The deadline was exceeded");
        }
    }

    @AnyIOTest
    @Law({77})
    void everyFormThatFailsHasAReason() {
        assertThat(Timeouts.failAfter(SHORT, "oopsies", scope -> {
                            scope.setDeadline(Deadline.NEVER);
                        })
                        .cancelCalled())
                .isFalse();
        String value = Timeouts.failAt(Deadline.NEVER, () -> "value");
        assertThat(value).isEqualTo("value");
        assertThatThrownBy(() -> Timeouts.failAfter(SHORT, "oopsies", scope -> {
                    scope.setShield(true);
                    AnyIO.sleepForever();
                }))
                .isInstanceOf(TimedOutException.class)
                .hasMessage("oopsies");
        assertThatThrownBy(() -> Timeouts.failAt(Deadline.PAST, _ -> AnyIO.checkpoint()))
                .isInstanceOf(TimedOutException.class)
                .hasMessage("The deadline was exceeded");
        assertThatThrownBy(() -> Timeouts.failAfter(Duration.ZERO, "oopsies", () -> {
                    AnyIO.checkpoint();
                    return "no value";
                }))
                .isInstanceOf(TimedOutException.class)
                .hasMessage("oopsies");
    }

    private static void sleepsAndSeesTheDeadline() {
        try {
            AnyIO.sleepForever();
        } catch (Cancelled c) {
            assertThat(c).hasMessageContaining("deadline");
            assertThat(c.reason()).contains("deadline exceeded");
            throw c;
        }
    }

    @AnyIOTest
    @Law({76, 77})
    @Ported({"TG::test_move_on_after", "TG::test_move_on_at", "TG::test_deadline_reached_on_start"})
    void movingOnIsSilent() {
        var trail = new Trail();
        for (Duration delay : new Duration[] {Duration.ofNanos(-1), Duration.ZERO, SHORT}) {
            var after = Timeouts.moveOnAfter(delay, () -> {
                trail.add("entered");
                AnyIO.sleepForever();
                trail.add("not reached");
            });
            var at = Timeouts.moveOnAt(Deadline.after(delay), () -> {
                trail.add("entered");
                AnyIO.sleepForever();
                trail.add("not reached");
            });
            assertThat(after.cancelCalled() && after.cancelledCaught()).isTrue();
            assertThat(at.cancelCalled() && at.cancelledCaught()).isTrue();
        }
        assertThat(trail.events()).containsOnly("entered").hasSize(6);
        assertThat(Timeouts.moveOnAfter(SHORT, "otherwise", () -> {
                    AnyIO.sleepForever();
                    return "value";
                }))
                .isEqualTo("otherwise");
        assertThat(Timeouts.moveOnAfter(LONG, "otherwise", () -> "value")).isEqualTo("value");
    }

    @AnyIOTest
    @Law({78})
    @Ported({
        "TG::test_move_on_after_no_timeout",
        "TG::test_fail_after_no_timeout",
        "TG::test_move_on_at_no_timeout",
        "TG::test_fail_at_no_timeout"
    })
    void neverIsNoDeadline() {
        var scope = Timeouts.moveOnAt(Deadline.NEVER, inside -> {
            assertThat(inside.deadline()).isEqualTo(Deadline.NEVER);
            assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(Deadline.NEVER);
            AnyIO.sleep(SHORT);
        });
        assertThat(scope.cancelCalled()).isFalse();
        Timeouts.failAt(Deadline.NEVER, () -> AnyIO.sleep(SHORT));
        Timeouts.failAfter(Duration.ofSeconds(Long.MAX_VALUE), () -> AnyIO.sleep(SHORT));
    }

    @AnyIOTest
    @Law({73, 79})
    @Ported({"TG::test_nested_move_on_after"})
    void theOuterTimeOutFirstLeavesTheInnerScopeUntouched() {
        var trail = new Trail();
        CancelScope[] inner = new CancelScope[1];
        var outer = Timeouts.moveOnAfter(LONG, scope -> {
            assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(scope.deadline());
            Timeouts.moveOnAfter(LONG.multipliedBy(2), nested -> {
                inner[0] = nested;
                assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(scope.deadline());
                scope.setDeadline(Deadline.after(SHORT)); // set only now, so that it cannot pass before it is checked
                AnyIO.sleepForever();
            });
            trail.add("not reached");
        });
        assertThat(trail.events()).isEmpty();
        assertThat(outer.cancelCalled() && outer.cancelledCaught()).isTrue();
        assertThat(inner[0].cancelCalled() || inner[0].cancelledCaught()).isFalse();
    }

    @AnyIOTest
    @Law({82})
    @Ported({"TG::test_fail_after_cancelled_before_deadline"})
    void cancelledByHandIsNoTimeOut() {
        var scope = Timeouts.failAfter(LONG, inside -> {
            inside.cancel();
            AnyIO.checkpoint();
        });
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({83})
    @Ported({"TG::test_fail_after_scope_cancelled_before_timeout"})
    void cancelledByHandAndLeftAfterTheDeadlineIsNoTimeOut() {
        var scope = Timeouts.failAfter(LONG, inside -> {
            inside.cancel();
            inside.setDeadline(Deadline.after(SHORT)); // set only now, so that it cannot pass before the cancellation
            CancelScope.shielded(() -> AnyIO.sleepUntil(inside.deadline().plus(SHORT)));
            assertThat(inside.deadline()).isLessThan(AnyIO.currentTime());
            AnyIO.checkpoint();
        });
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({84})
    @Ported({"TG::test_fail_after_after_cancellation"})
    void aTaskThatWasCancelledBeforeCanTimeOut() {
        TaskGroup.run(group -> {
            group.cancel();
            Event.create().await();
        });
        assertThatThrownBy(() -> Timeouts.failAfter(SHORT, AnyIO::sleepForever)).isInstanceOf(TimedOutException.class);
    }

    @AnyIOTest
    @Law({85})
    @Ported({"TG::test_nested_fail_after"})
    void anOuterCancellationIsNoTimeOut() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            var scope = CancelScope.open(outer -> {
                CancelScope.open(_ -> {
                    group.startSoon(() -> outer.cancel());
                    Timeouts.failAfter(LONG, AnyIO::sleepForever);
                    trail.add("not reached");
                });
                trail.add("not reached");
            });
            assertThat(scope.cancelledCaught()).isTrue();
            trail.add("here");
        });
        assertThat(trail.events()).containsExactly("here");
    }

    @AnyIOTest
    @Law({87})
    @Ported({"TG::test_timeout_error_with_multiple_cancellations"})
    void aTimeOutAroundAGroupIsOneBareException() {
        assertThat(catchThrowable(() -> Timeouts.failAfter(
                        SHORT,
                        () -> TaskGroup.run(group -> {
                            group.startSoon(AnyIO::sleepForever);
                            group.startSoon(AnyIO::sleepForever);
                            AnyIO.sleepForever();
                        }))))
                .isExactlyInstanceOf(TimedOutException.class);
    }

    @AnyIOTest
    @Law({88})
    @Ported({"TG::test_deadline_moved"})
    void aDeadlineThatIsMovedAwayInTimeDoesNotStrike() {
        Duration span = SHORT;
        while (!movedAwayInTime(span)) {
            span = span.multipliedBy(2); // a slow machine: retry with more time
        }
    }

    private static boolean movedAwayInTime(Duration span) {
        boolean[] inTime = new boolean[1];
        var scope = Timeouts.moveOnAfter(span, inside -> {
            Deadline before = inside.deadline();
            inside.setDeadline(before.plus(LONG));
            inTime[0] = !inside.cancelCalled();
            AnyIO.sleepUntil(before.plus(SHORT));
        });
        assertThat(scope.cancelledCaught()).isEqualTo(!inTime[0]);
        return inTime[0];
    }

    @AnyIOTest
    @Law({76, 208})
    void aDeadlineMovedIntoThePastCancelsAtOnce() {
        var scope = Timeouts.moveOnAfter(LONG, inside -> {
            inside.setDeadline(Deadline.PAST);
            assertThat(inside.cancelCalled()).isTrue();
            AnyIO.checkpoint();
        });
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({77, 208})
    void aDeadlineMovedNearerByAnotherTaskCounts() {
        TaskGroup.run(group -> {
            var scope = Timeouts.moveOnAfter(LONG, inside -> {
                group.startSoon(() -> inside.setDeadline(Deadline.after(SHORT)));
                AnyIO.sleepForever();
            });
            assertThat(scope.cancelledCaught()).isTrue();
        });
    }
}
