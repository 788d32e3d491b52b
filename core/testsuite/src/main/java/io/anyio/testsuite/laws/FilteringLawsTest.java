package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.FailureGroup;
import io.anyio.TaskGroup;
import io.anyio.testing.junit.AnyIOTest;
import java.util.List;

/** Tests of groups of failures that contain cancellations and reach the scope that was cancelled. */
class FilteringLawsTest {

    @AnyIOTest
    @Law({69})
    @Ported({"TG::test_reraise_cancelled_in_excgroup"})
    void aCancellationThrownOnInAGroupIsStillCaught() {
        var scope = CancelScope.open(cancelled -> {
            cancelled.cancel();
            throw new ErrorGroup("", List.of(delivered()));
        });
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({70})
    @Ported({"TG::test_exception_group_filtering"})
    void cancellationsAreTakenOutOfAGroupAndTheRestGoesOn() {
        var real = new IllegalArgumentException("real");
        var cause = new IllegalStateException("cause");
        var scope = CancelScope.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> scope.run(() -> {
                    scope.cancel();
                    var group = new ErrorGroup("mixed", List.of(real, delivered()));
                    group.initCause(cause);
                    throw group;
                }));
        assertThat(thrown.exceptions()).containsExactly(real);
        assertThat(thrown).hasMessage("mixed").hasCause(cause);
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({70})
    @Ported({"TG::test_nested_exception_group_filtering"})
    void cancellationsAreTakenOutAtAnyDepth() {
        var real = new IllegalArgumentException("real");
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> CancelScope.open(scope -> {
                    scope.cancel();
                    throw new ErrorGroup(
                            "outer",
                            List.of(
                                    new ErrorGroup("inner", List.of(real, delivered())),
                                    new ErrorGroup("nothing but", List.of(delivered()))));
                }));
        assertThat(thrown.exceptions()).singleElement().isInstanceOfSatisfying(ExceptionGroup.class, inner -> {
            assertThat(inner).hasMessage("inner");
            assertThat(inner.exceptions()).containsExactly(real);
        });
    }

    @AnyIOTest
    @Law({70})
    void anUncancelledScopeLeavesAGroupAsItIs() {
        CancelScope.open(outer -> {
            outer.cancel();
            var mixed = new ErrorGroup("mixed", List.of(new IllegalArgumentException("real"), delivered()));
            assertThat(catchThrowable(() -> CancelScope.open(_ -> {
                        throw mixed;
                    })))
                    .isSameAs(mixed);
        });
    }

    @AnyIOTest
    @Law({93})
    @Ported({"TG::TestUncancel::test_cancel_message_replaced"})
    void aWrappedCancellationIsAnOrdinaryFailureAndTheNextCheckpointThrowsAgain() {
        var scope = CancelScope.create();
        var thrown = catchThrowable(() -> scope.run(() -> {
            scope.cancel();
            throw new IllegalStateException(delivered());
        }));
        assertThat(thrown).isInstanceOf(IllegalStateException.class).hasCauseInstanceOf(Cancelled.class);
        assertThat(scope.cancelledCaught()).isFalse();
    }

    private static Throwable delivered() {
        Throwable thrown = catchThrowable(AnyIO::checkpoint);
        assertThat(thrown).isInstanceOf(Cancelled.class);
        return thrown;
    }

    @AnyIOTest
    void aNestOfAnyDepthLeavesATaskGroupAndItsScopes() {
        var real = new IllegalStateException("expected");
        Throwable thrown = catchThrowable(() -> CancelScope.open(scope -> TaskGroup.run(group -> group.startSoon(() -> {
            scope.cancel();
            Throwable nest = new ErrorGroup("innermost", List.of(real, delivered()));
            for (int i = 0; i < 60_000; i++) {
                nest = FailureGroup.of("level " + i, List.of(nest)).asThrowable();
            }
            throw (Error) nest;
        }))));
        assertThat(thrown instanceof ExceptionGroup).isTrue();
        assertThat(((FailureGroup) thrown).collapse() == real).isTrue();
    }
}
