package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;

/** Tests of cancel scopes: what a scope cancels, and which of several scopes catches the cancellation. */
class CancelScopeLawsTest {

    @AnyIOTest
    @Law({54, 210})
    @Ported({"TG::test_cancel_from_shielded_scope", "TG::test_cancel_host_asyncgen"})
    void everyCheckpointInACancelledScopeThrowsAgain() {
        var scope = CancelScope.open(cancelled -> {
            cancelled.cancel();
            for (int i = 0; i < 3; i++) {
                assertThat(catchThrowable(AnyIO::checkpoint)).isInstanceOf(Cancelled.class);
                assertThat(catchThrowable(AnyIO::sleepForever)).isInstanceOf(Cancelled.class);
                assertThat(catchThrowable(() -> AnyIO.sleep(Duration.ZERO))).isInstanceOf(Cancelled.class);
            }
        });
        assertThat(scope.cancelledCaught()).isFalse(); // all were swallowed
    }

    @AnyIOTest
    @Law({54})
    void eachDeliveryIsANewInstance() {
        CancelScope.open(scope -> {
            scope.cancel();
            assertThat(catchThrowable(AnyIO::checkpoint)).isNotSameAs(catchThrowable(AnyIO::checkpoint));
        });
    }

    @AnyIOTest
    @Law({55, 91})
    @Ported({"TG::test_cancel_scope_cleared", "TG::TestUncancel::test_uncancel_after_scope_cancel"})
    void outsideOfACancelledScopeCheckpointsAreClean() {
        var scope = Timeouts.moveOnAfter(Duration.ofMillis(1), AnyIO::sleepForever);
        AnyIO.checkpoint();
        AnyIO.sleep(Duration.ofMillis(1));
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({56})
    @Ported({"TG::test_cancel_before_entering_scope"})
    void aScopeCancelledBeforeItIsEnteredCancelsAtTheFirstCheckpoint() {
        var trail = new Trail();
        var scope = CancelScope.create();
        scope.cancel();
        scope.run(() -> {
            trail.add("entered");
            AnyIO.checkpoint();
            trail.add("not reached");
        });
        assertThat(trail.events()).containsExactly("entered");
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({58, 209})
    @Ported({"TG::test_cancelled_not_caught"})
    void withoutACheckpointThereIsNothingToCatch() {
        var scope = CancelScope.open(CancelScope::cancel);
        assertThat(scope.cancelCalled()).isTrue();
        assertThat(scope.cancelledCaught()).isFalse();
    }

    @AnyIOTest
    @Law({59})
    @Ported({
        "TG::test_cancelled_scope_based_checkpoint",
        "TG::TestUncancel::test_uncancel_cancelled_scope_based_checkpoint"
    })
    void ofTwoCancelledScopesTheOuterOneCatches() {
        var trail = new Trail();
        var inner = CancelScope.create();
        var outer = CancelScope.open(scope -> {
            scope.cancel();
            inner.run(() -> {
                inner.cancel();
                AnyIO.sleepForever();
            });
            trail.add("not reached");
        });
        assertThat(inner.cancelledCaught()).isFalse();
        assertThat(outer.cancelledCaught()).isTrue();
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({60})
    @Ported({"TG::test_cancelled_raises_beyond_origin_unshielded"})
    void anOuterScopeCancelledWhileTheInnerUnwindsTakesOver() {
        var trail = new Trail();
        var inner = CancelScope.create();
        var outer = CancelScope.open(scope -> {
            inner.run(() -> {
                inner.cancel();
                try {
                    AnyIO.checkpoint();
                } finally {
                    scope.cancel();
                }
            });
            trail.add("not reached");
        });
        assertThat(inner.cancelledCaught()).isFalse();
        assertThat(outer.cancelledCaught()).isTrue();
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({61})
    @Ported({"TG::test_cancelled_raises_beyond_origin_shielded"})
    void aShieldedInnerScopeCatchesItsOwnCancellation() {
        var trail = new Trail();
        var inner = CancelScope.create().setShield(true);
        var outer = CancelScope.open(scope -> {
            inner.run(() -> {
                inner.cancel();
                try {
                    AnyIO.checkpoint();
                } finally {
                    scope.cancel();
                }
            });
            trail.add("between the scopes");
        });
        assertThat(trail.events()).containsExactly("between the scopes");
        assertThat(inner.cancelledCaught()).isTrue();
        assertThat(outer.cancelledCaught()).isFalse();
    }

    @AnyIOTest
    @Law({68})
    @Ported({
        "TG::test_cancelscope_wrong_exit_order",
        "TG::test_cancelscope_exit_before_enter",
        "TG::test_cancelscope_exit_in_wrong_task"
    })
    void aScopeIsEnteredOnceByOneTask() {
        var scope = CancelScope.create();
        scope.run(() -> assertThatThrownBy(() -> scope.run(() -> {})).isInstanceOf(IllegalStateException.class));
        assertThatThrownBy(() -> scope.run(() -> {})).isInstanceOf(IllegalStateException.class);

        var shared = CancelScope.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> shared.run(() -> TaskGroup.run(group -> group.startSoon(() -> shared.run(() -> {})))));
        assertThat(thrown.exceptions()).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @AnyIOTest
    @Law({68})
    void aScopeCannotBeEnteredByAThreadThatIsNoTask() throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        var thread = Thread.ofPlatform()
                .start(() ->
                        thrown[0] = catchThrowable(() -> CancelScope.create().run(() -> {})));
        thread.join();
        assertThat(thrown[0]).isInstanceOf(NoEventLoopException.class);
    }

    @AnyIOTest
    @Law({71})
    @Ported({"TG::test_escaping_cancelled_error_from_cancelled_task"})
    void cancellingTheOuterScopeAfterAnInnerTimeOutLeaksNothing() {
        var outer = CancelScope.open(scope -> {
            Timeouts.moveOnAfter(Duration.ofMillis(1), AnyIO::sleepForever);
            scope.cancel();
        });
        assertThat(outer.cancelledCaught()).isFalse();
        AnyIO.checkpoint();
    }

    @AnyIOTest
    @Law({72})
    @Ported({"TG::test_cancel_reason"})
    void theExceptionNamesTheReasonAndTheTaskThatCancelled() {
        TaskGroup.run(group -> {
            var inside = Event.create();
            var scope = CancelScope.create();
            group.startSoon(TaskOptions.named("canceller"), () -> {
                inside.await();
                scope.cancel("test reason");
                scope.cancel("another reason");
            });
            scope.run(() -> {
                inside.set();
                Throwable thrown = catchThrowable(AnyIO::sleepForever);
                assertThat(thrown)
                        .hasMessageContaining("test reason")
                        .hasMessageContaining("canceller")
                        .isInstanceOfSatisfying(
                                Cancelled.class,
                                cancelled -> assertThat(cancelled.reason()).contains("test reason"));
            });
            assertThat(scope.cancelReason()).contains("test reason");
        });
    }

    @AnyIOTest
    @Law({75})
    @Ported({"SY::TestEvent::test_event_wait_before_set_before_cancel"})
    void aWaitThatWasSatisfiedFirstIsNotCancelled() {
        var trail = new Trail();
        var event = Event.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                event.set();
                group.cancel();
            });
            event.await();
            trail.add("woke");
            AnyIO.checkpoint();
            trail.add("not reached");
        });
        assertThat(trail.events()).containsExactly("woke");
    }

    @AnyIOTest
    @Law({75})
    void aWaitThatWasCancelledFirstIsNotSatisfied() {
        var trail = new Trail();
        var event = Event.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                group.cancel();
                event.set();
            });
            try {
                event.await();
                trail.add("not reached");
            } catch (Cancelled c) {
                trail.add("cancelled");
                throw c;
            }
        });
        assertThat(trail.events()).containsExactly("cancelled");
    }
}
