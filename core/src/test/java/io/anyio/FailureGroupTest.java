package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups of failures keep structure, order and cause when they are taken apart. */
class FailureGroupTest {
    private final IllegalArgumentException first = new IllegalArgumentException("first");
    private final IllegalStateException second = new IllegalStateException("second");
    private final AssertionError error = new AssertionError("error");

    @Test
    void membersAreListedInOrderAndAsSuppressed() {
        var group = new ExceptionGroup("both", List.of(first, second));
        assertThat(group.exceptions()).containsExactly(first, second);
        assertThat(group.getSuppressed()).containsExactly(first, second);
        assertThat(group).hasToString("io.anyio.ExceptionGroup: both (2 members)");
    }

    @Test
    void anErrorMakesItAnErrorGroup() {
        assertThat(FailureGroup.of("m", List.of(first, error))).isInstanceOf(ErrorGroup.class);
        assertThat(FailureGroup.of("m", List.of(first))).isInstanceOf(ExceptionGroup.class);
        assertThatThrownBy(() -> FailureGroup.of("m", List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void splitKeepsTheNesting() {
        var inner = FailureGroups.of("inner", List.of(error, second), null).asThrowable();
        var outer = FailureGroups.of("outer", List.of(first, inner), null);

        var split = outer.split(thrown -> thrown instanceof AssertionError);

        FailureGroup errors = split.matching().orElseThrow();
        assertThat(errors).isInstanceOf(ErrorGroup.class);
        assertThat(((FailureGroup) errors.exceptions().get(0)).exceptions()).containsExactly(error);
        FailureGroup rest = split.rest().orElseThrow();
        assertThat(rest).isInstanceOf(ExceptionGroup.class);
        assertThat(rest.exceptions().get(0)).isSameAs(first);
        assertThat(((FailureGroup) rest.exceptions().get(1)).exceptions()).containsExactly(second);
        assertThat(rest.exceptions().get(1)).isInstanceOf(ExceptionGroup.class);
    }

    @Test
    void splitOfEverythingGivesTheGroupItself() {
        var group = new ExceptionGroup("both", List.of(first, second));
        assertThat(group.split(_ -> false).rest()).containsSame(group);
        assertThat(group.subgroup(thrown -> thrown == first).orElseThrow().exceptions())
                .containsExactly(first);
        assertThat(group.split(_ -> true).rest()).isEmpty();
    }

    @Test
    void collapseFindsTheOnlyFailure() {
        var nested = new ExceptionGroup("outer", List.of(new ExceptionGroup("inner", List.of(first))));
        assertThat(nested.collapse()).isSameAs(first);
        var two = new ExceptionGroup("outer", List.of(first, second));
        assertThat(two.collapse()).isSameAs(two);
    }

    @Test
    void withoutATypeTheOthersAreLeftAtAnyDepth() {
        var inner = new ExceptionGroup("inner", List.of(first));
        var group = new ExceptionGroup("outer", List.of(inner, second));
        assertThat(group.without(IllegalArgumentException.class).orElseThrow().exceptions())
                .containsExactly(second);
        assertThat(group.without(RuntimeException.class)).isEmpty();
        assertThat(group.without(Cancelled.class)).containsSame(group);
    }

    @Test
    void membersSurviveSerialization() throws Exception {
        var inner = FailureGroups.of("inner", List.of(error, second), null).asThrowable();
        for (Throwable group : List.of(
                new ExceptionGroup("one", List.of(first)),
                FailureGroups.of("outer", List.of(first, inner), second).asThrowable())) {
            var copy = (FailureGroup) copied(group);
            assertThat(copy).hasToString(group.toString()).hasSameClassAs(group);
            assertThat(copy.exceptions())
                    .extracting(Throwable::toString)
                    .containsExactlyElementsOf(((FailureGroup) group)
                            .exceptions().stream().map(Throwable::toString).toList());
            assertThat(copy.asThrowable().getSuppressed()).containsExactlyElementsOf(copy.exceptions());
        }
    }

    private static Object copied(Object original) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    @Test
    void anEmptyGroupIsRefused() {
        assertThatThrownBy(() -> new ExceptionGroup("none", List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
