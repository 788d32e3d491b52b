package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;

/** Tests of shields: what a shield blocks, and what gets through after its end. */
class ShieldLawsTest {

    @AnyIOTest
    @Law({62})
    @Ported({"TG::test_shielding"})
    void aShieldedBlockGoesOnAndTheNextCheckpointOutsideThrows() {
        var trail = new Trail();
        var shielded = Event.create();
        var inner = CancelScope.create().setShield(true).setDeadline(Deadline.after(Duration.ofSeconds(60)));
        TaskGroup.run(group -> {
            group.startSoon(() -> CancelScope.shielded(() -> {
                shielded.await();
                group.cancel();
            }));
            inner.run(() -> {
                assertThat(inner.isShielded()).isTrue();
                shielded.set();
                AnyIO.sleep(Duration.ofMillis(2));
                assertThat(group.cancelScope().cancelCalled()).isTrue();
                trail.add("shielded part done");
            });
            AnyIO.checkpoint();
            trail.add("not reached");
        });
        assertThat(trail.events()).containsExactly("shielded part done");
        assertThat(inner.cancelCalled()).isFalse();
    }

    @AnyIOTest
    @Law({62, 86})
    void aTimeOutWithAShieldIsOutOfReachOfCancellationsFromOutside() {
        var trail = new Trail();
        CancelScope.open(outer -> {
            outer.cancel();
            CancelScope moved = Timeouts.moveOnAfter(Duration.ofMillis(50), scope -> {
                scope.setShield(true); // before the first checkpoint: entering is not one
                AnyIO.checkpoint();
                trail.add("not reached from outside");
                AnyIO.sleepForever();
            });
            trail.add("moved on: " + moved.cancelledCaught());
            assertThat(catchThrowable(() -> Timeouts.failAfter(Duration.ofMillis(2), "too slow", scope -> {
                        scope.setShield(true);
                        AnyIO.checkpoint();
                        AnyIO.sleepForever();
                    })))
                    .isInstanceOf(TimedOutException.class)
                    .hasMessage("too slow");
            AnyIO.checkpoint();
            trail.add("not reached");
        });
        assertThat(trail.events()).containsExactly("not reached from outside", "moved on: true");
    }

    @AnyIOTest
    @Law({62, 63})
    void aShieldedBodyMayUseItsScope() {
        CancelScope outer = CancelScope.open(around -> {
            around.cancel();
            CancelScope own = CancelScope.shielded(scope -> {
                assertThat(scope.isShielded()).isTrue();
                AnyIO.checkpoint();
                scope.cancel();
                AnyIO.sleepForever();
            });
            assertThat(own.cancelledCaught()).isTrue();
            CancelScope lowered = CancelScope.shielded(scope -> {
                scope.setShield(false);
                AnyIO.sleepForever();
            });
            assertThat(lowered).as("never reached").isNull();
        });
        assertThat(outer.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({63})
    @Ported({"TG::test_shielding_immediate_scope_cancelled"})
    void aShieldDoesNotHoldAgainstItsOwnScopeCancelledByAnother() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            var scope = CancelScope.create().setShield(true);
            scope.run(() -> {
                group.startSoon(() -> scope.cancel());
                AnyIO.sleepForever();
                trail.add("not reached");
            });
            assertThat(scope.cancelledCaught()).isTrue();
        });
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({63, 64})
    @Ported({"TG::test_cancel_shielded_scope"})
    void aShieldDoesNotHoldAgainstItsOwnScope() {
        var scope = CancelScope.create().setShield(true);
        scope.run(() -> {
            scope.cancel();
            assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(Deadline.PAST);
            assertThat(catchThrowable(AnyIO::checkpoint)).isInstanceOf(Cancelled.class);
        });
    }

    @AnyIOTest
    @Law({54, 64})
    @Ported({"TG::test_cancel_from_shielded_scope"})
    void insideAShieldThereIsNoCancellationAndAfterItThereIs() {
        TaskGroup.run(group -> {
            CancelScope.shielded(() -> {
                group.cancel();
                assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(Deadline.NEVER);
                AnyIO.checkpoint();
            });
            assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(Deadline.PAST);
            assertThat(catchThrowable(() -> AnyIO.sleep(Duration.ofMillis(1)))).isInstanceOf(Cancelled.class);
            assertThat(catchThrowable(() -> AnyIO.sleep(Duration.ofMillis(1)))).isInstanceOf(Cancelled.class);
        });
    }

    @AnyIOTest
    @Law({64})
    @Ported({"TG::test_shielded_cleanup_after_cancel"})
    void aShieldHidesTheCancellationDuringCleanUp() {
        CancelScope.open(outer -> {
            outer.cancel();
            try {
                AnyIO.checkpoint();
            } finally {
                assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(Deadline.PAST);
                CancelScope.shielded(
                        () -> assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(Deadline.NEVER));
                assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(Deadline.PAST);
            }
        });
    }

    @AnyIOTest
    @Law({65})
    @Ported({"TG::test_shielding_mutate"})
    void aShieldCanBeRaisedAndLoweredInside() {
        var trail = new Trail();
        var go = Event.create();
        TaskGroup.run(group -> {
            group.start(status -> {
                CancelScope.open(scope -> {
                    AnyIO.checkpoint();
                    scope.setShield(true);
                    status.started(null);
                    go.await();
                    trail.add("behind the shield");
                    scope.setShield(false);
                    AnyIO.checkpoint();
                    trail.add("not reached");
                });
                trail.add("not reached either");
            });
            group.cancel();
            go.set();
        });
        assertThat(trail.events()).containsExactly("behind the shield");
    }

    @AnyIOTest
    @Law({65})
    void aShieldLoweredByAnotherTaskWakesTheOneBehindIt() {
        var trail = new Trail();
        var waiting = Event.create();
        var inner = CancelScope.create().setShield(true);
        CancelScope.open(outer -> TaskGroup.run(group -> {
            group.startSoon(() -> inner.run(() -> {
                waiting.set();
                try {
                    AnyIO.sleepForever();
                } finally {
                    trail.add("woken");
                }
            }));
            waiting.await();
            outer.cancel();
            inner.setShield(false);
        }));
        assertThat(trail.events()).containsExactly("woken");
        assertThat(inner.cancelledCaught()).isFalse();
    }

    @AnyIOTest
    @Law({66})
    @Ported({"TG::test_triple_nested_shield_checkpoint_in_outer"})
    void afterAShieldTheCancellationOfTheOutermostScopeIsBack() {
        var trail = new Trail();
        CancelScope.open(outer -> {
            CancelScope.open(middle -> CancelScope.shielded(() -> {
                outer.cancel();
                middle.cancel();
                AnyIO.checkpoint();
            }));
            trail.add("no checkpoint since");
            AnyIO.checkpoint();
            trail.add("not reached");
        });
        assertThat(trail.events()).containsExactly("no checkpoint since");
    }

    @AnyIOTest
    @Law({66})
    @Ported({"TG::test_triple_nested_shield_checkpoint_in_middle"})
    void afterAShieldTheCancellationIsBackInTheMiddleToo() {
        var trail = new Trail();
        CancelScope.open(outer -> CancelScope.open(_ -> {
            CancelScope.shielded(() -> {
                outer.cancel();
                AnyIO.checkpoint();
            });
            AnyIO.checkpoint();
            trail.add("not reached");
        }));
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({73})
    @Ported({"TG::test_shielded_deadline"})
    void aShieldHidesOuterDeadlines() {
        Timeouts.moveOnAfter(
                Duration.ofSeconds(60),
                () -> CancelScope.shielded(() -> {
                    assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(Deadline.NEVER);
                    Timeouts.moveOnAfter(Duration.ofSeconds(1000), scope -> {
                        assertThat(AnyIO.currentEffectiveDeadline()).isEqualTo(scope.deadline());
                        AnyIO.checkpoint();
                    });
                }));
    }

    @AnyIOTest
    @Law({86})
    @Ported({"TG::test_nested_shield"})
    void aTimeOutInsideAShieldWorksAlthoughTheOutsideIsCancelled() {
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> CancelScope.open(scope -> CancelScope.shielded(() -> {
                    group.startSoon(() -> scope.cancel());
                    Timeouts.failAfter(Duration.ofMillis(5), AnyIO::sleepForever);
                }))));
        assertThat(thrown.exceptions()).singleElement().isExactlyInstanceOf(TimedOutException.class);
    }
}
