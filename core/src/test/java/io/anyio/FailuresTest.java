package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.testing.junit.SimulatedTest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Handlers get the failures they are for, alone or out of groups; what is not theirs goes on. */
class FailuresTest {
    private final IOException io = new IOException("io");
    private final FileNotFoundException missing = new FileNotFoundException("missing");
    private final IllegalStateException state = new IllegalStateException("state");
    private final AssertionError error = new AssertionError("error");
    private final List<Object> seen = new ArrayList<>();

    private static ExceptionGroup group(String message, Exception... members) {
        return new ExceptionGroup(message, List.of(members));
    }

    private static <X extends Exception> Block<X> failing(X failure) {
        return () -> {
            throw failure;
        };
    }

    @Test
    void aHandlerGetsItsPartInTheStructureAndTheRestGoesOn() {
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> Failures.catching(IOException.class, seen::add)
                        .run(failing(group("outer", io, group("inner", state, missing)))));
        FailureGroup taken = (FailureGroup) seen.get(0);
        assertThat(taken.getMessage()).isEqualTo("outer");
        assertThat(taken.exceptions().get(0)).isSameAs(io);
        assertThat(((FailureGroup) taken.exceptions().get(1)).exceptions()).containsExactly(missing);
        assertThat(thrown).hasMessage("outer");
        assertThat(((FailureGroup) thrown.exceptions().get(0)).exceptions()).containsExactly(state);
        assertThat(seen).hasSize(1);
    }

    @Test
    void nothingGoesOnWhenHandlersTookAll() {
        Failures.catching(IOException.class, seen::add)
                .and(IllegalStateException.class, seen::add)
                .run(failing(group("g", io, state, missing)));
        assertThat(seen)
                .extracting(taken -> ((FailureGroup) taken).exceptions())
                .containsExactly(List.of(io, missing), List.of(state));
    }

    @Test
    void theFirstHandlerForAFailureHasIt() {
        Failures.catchingEach(FileNotFoundException.class, e -> seen.add("missing: " + e.getMessage()))
                .andEach(Exception.class, e -> seen.add("other: " + e.getMessage()))
                .run(failing(group("g", io, group("inner", missing))));
        assertThat(seen).containsExactly("missing: missing", "other: io");
    }

    @Test
    void aFailureWithoutAGroupIsHandledAsAGroupOfOne() throws IOException {
        Failures.catching(IOException.class, taken -> seen.addAll(taken.exceptions()))
                .run(failing(io));
        assertThat(seen).containsExactly(io);
    }

    @Test
    void whatNoHandlerIsForGoesOnAsItIs() {
        assertThatThrownBy(() -> Failures.catching(IOException.class, seen::add).run(failing(state)))
                .isSameAs(state);
        var group = group("g", state);
        assertThatThrownBy(() -> Failures.catching(IOException.class, seen::add).run(failing(group)))
                .isSameAs(group);
        assertThat(seen).isEmpty();
    }

    @Test
    void anErrorGroupWithoutItsErrorsGoesOnAsAnExceptionGroup() {
        var both = new ErrorGroup("g", List.of(state, error));
        assertThatThrownBy(
                        () -> Failures.catching(AssertionError.class, seen::add).run(() -> {
                            throw both;
                        }))
                .isExactlyInstanceOf(ExceptionGroup.class);
        assertThat(((FailureGroup) seen.get(0)).exceptions()).containsExactly(error);
    }

    @Test
    void theValueFormGivesTheOtherValueWhenAllWasHandled() throws IOException {
        Failures handlers = Failures.catching(IOException.class, seen::add);
        assertThat(handlers.<String, IOException>call("otherwise", () -> {
                    throw io;
                }))
                .isEqualTo("otherwise");
        assertThat(handlers.<String, RuntimeException>call("otherwise", () -> "value"))
                .isEqualTo("value");
        assertThat(seen).hasSize(1);
    }

    @Test
    void whatHandlersThrowLeavesWithTheRest() {
        var fromHandler = new IllegalArgumentException("handler");
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> Failures.catching(IOException.class, _ -> {
                            throw fromHandler;
                        })
                        .and(IllegalArgumentException.class, seen::add)
                        .run(failing(group("g", io, state))));
        assertThat(thrown.exceptions().get(0)).isSameAs(fromHandler);
        assertThat(((FailureGroup) thrown.exceptions().get(1)).exceptions()).containsExactly(state);
        assertThat(((FailureGroup) fromHandler.getSuppressed()[0]).exceptions()).containsExactly(io);
        assertThat(seen).as("handlers do not see what handlers throw").isEmpty();
    }

    @Test
    void aHandlerMayThrowItsGroupOn() {
        var group = group("g", io, missing);
        assertThatThrownBy(() -> Failures.catching(IOException.class, taken -> {
                            throw (ExceptionGroup) taken;
                        })
                        .run(failing(group)))
                .isSameAs(group);
    }

    @Test
    void aMemberThatAHandlerThrowsOnDoesNotContainItself() {
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> Failures.catchingEach(IOException.class, e -> {
                            throw e;
                        })
                        .run(failing(group("g", io))));
        assertThat(thrown.exceptions()).containsExactly(io);
        assertThat(io.getSuppressed()).isEmpty();
    }

    @SimulatedTest
    void aCancellationHasNoHandler() {
        var scope = CancelScope.open(cancelled -> Failures.catching(Throwable.class, seen::add)
                .and(Error.class, seen::add)
                .run(() -> {
                    cancelled.cancel();
                    AnyIO.checkpoint();
                }));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(seen).isEmpty();
    }

    @SimulatedTest
    void aCancellationAmongFailuresGoesOnWithoutThem() {
        var scope = CancelScope.open(cancelled -> Failures.catching(
                        Throwable.class, taken -> seen.addAll(taken.exceptions()))
                .run(() -> {
                    cancelled.cancel();
                    try {
                        AnyIO.checkpoint();
                    } catch (Cancelled c) {
                        throw new ErrorGroup("mixed", List.of(error, c));
                    }
                }));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(seen).containsExactly(error);
    }

    @SimulatedTest
    void aHandlerThatIsCancelledIsNoFailure() {
        var leaving = new Throwable[1];
        var scope = CancelScope.open(cancelled -> {
            leaving[0] = catchThrowable(() -> Failures.catching(IOException.class, _ -> {
                        cancelled.cancel();
                        AnyIO.checkpoint();
                    })
                    .run(failing(io)));
            throw leaving[0] instanceof Cancelled c ? c : new AssertionError(leaving[0]);
        });
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(((FailureGroup) leaving[0].getSuppressed()[0]).exceptions()).containsExactly(io);
    }

    @Test
    void typesThatCannotBeHandledAreRefused() {
        assertThatThrownBy(() -> Failures.catching(Cancelled.class, seen::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must reach the scope");
        assertThatThrownBy(() -> Failures.catching(ExceptionGroup.class, seen::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name the type of the members");
    }

    @SimulatedTest
    void collapsingThrowsTheOnlyFailureWithoutItsGroups() {
        assertThatThrownBy(() -> Failures.collapsing(
                        IOException.class,
                        () -> TaskGroup.run(outer -> TaskGroup.run(inner -> inner.startSoon(() -> {
                            throw missing;
                        })))))
                .isSameAs(missing);
        assertThatThrownBy(() -> Failures.<Integer, IOException>collapsing(IOException.class, () -> {
                    throw group("g", state);
                }))
                .as("unchecked ones may be thrown in any case")
                .isSameAs(state);
        assertThatThrownBy(() -> Failures.collapsing(IOException.class, () -> {
                    throw new ErrorGroup("g", List.of(error));
                }))
                .isSameAs(error);
    }

    @Test
    void collapsingLeavesAloneWhatItMayNotThrow() throws IOException {
        var checked = group("g", new Exception("of another type"));
        assertThatThrownBy(() -> Failures.collapsing(IOException.class, () -> {
                    throw checked;
                }))
                .isSameAs(checked);
        var several = group("g", io, missing);
        assertThatThrownBy(() -> Failures.collapsing(IOException.class, () -> {
                    throw several;
                }))
                .isSameAs(several);
        assertThat(Failures.collapsing(IOException.class, () -> 7)).isEqualTo(7);
    }
}
