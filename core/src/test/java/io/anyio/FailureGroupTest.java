package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.internal.Unchecked;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups of failures keep structure, order and cause when they are taken apart. */
class FailureGroupTest {
    private static final int DEEP = 60_000;

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
        var inner =
                FailureGroupSupport.of("inner", List.of(error, second), null).asThrowable();
        var outer = FailureGroupSupport.of("outer", List.of(first, inner), null);

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
        var inner =
                FailureGroupSupport.of("inner", List.of(error, second), null).asThrowable();
        for (Throwable group : List.of(
                new ExceptionGroup("one", List.of(first)),
                FailureGroupSupport.of("outer", List.of(first, inner), second).asThrowable())) {
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

    /** Groups of one, one in the other. */
    private static FailureGroup nest(Throwable innermost, int depth) {
        Throwable nest = innermost;
        for (int i = 0; i < depth; i++) {
            nest = FailureGroup.of("level " + i, List.of(nest)).asThrowable();
        }
        return (FailureGroup) nest;
    }

    private static String printed(FailureGroup group) {
        var text = new StringWriter();
        group.asThrowable().printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void aDeepNestIsTakenApartWithoutRecursion() throws Exception {
        FailureGroup nest = nest(first, DEEP);
        assertThat(nest.collapse() == first).isTrue();
        assertThat(nest.contains(IllegalArgumentException.class)).isTrue();
        assertThat(nest.contains(IllegalStateException.class)).isFalse();
        assertThat(nest.without(IllegalArgumentException.class).isEmpty()).isTrue();
        assertThat(nest.subgroup(thrown -> thrown == first).orElseThrow() == nest)
                .isTrue();

        FailureGroup both = nest(new ExceptionGroup("both", List.of(first, second)), DEEP);
        var split = both.split(thrown -> thrown == second);
        assertThat(split.matching().orElseThrow().collapse() == second).isTrue();
        assertThat(split.rest().orElseThrow().collapse() == first).isTrue();

        List<Throwable> handled = new ArrayList<>();
        Failures.catchingEach(IllegalStateException.class, handled::add)
                .andEach(IllegalArgumentException.class, handled::add)
                .run(() -> {
                    throw (RuntimeException) both;
                });
        assertThat(handled).containsExactly(second, first);
    }

    @Test
    void aDeepNestIsPrintedWithAWordAboutItsDepthAndTheFailuresInIt() {
        String text = printed(nest(new ExceptionGroup("both", List.of(first, second)), DEEP));
        assertThat(text).contains("too many to print", "exceptions()", first.toString(), second.toString());
        assertThat(text.lines().count()).isLessThan(1000);
    }

    @Test
    void aNestOfOrdinaryDepthIsPrintedWhole() {
        FailureGroup nest = nest(first, Nesting.LIMIT);
        assertThat(printed(nest))
                .contains("level 0 (", "level 50 (", first.toString())
                .doesNotContain("too many");
        var one = nest(first, Nesting.LIMIT + 1).asThrowable();
        assertThat(one.getSuppressed()).singleElement().isInstanceOf(DeepFailure.class);
        assertThat(one.getSuppressed()[0].getSuppressed()).containsExactly(first);
    }

    @Test
    void failuresThatAreNestedAsCausesCountToo() {
        Throwable chain = first;
        for (int i = 0; i < DEEP; i++) {
            chain = new IllegalStateException("level " + i, chain);
        }
        assertThat(printed(FailureGroup.of("m", List.of(chain, second)))).contains("too many", second.toString());

        Throwable mixed = first;
        for (int i = 0; i < DEEP; i++) {
            mixed = FailureGroup.of("level " + i, List.of(new IllegalStateException("cause", mixed)))
                    .asThrowable();
        }
        assertThat(printed((FailureGroup) mixed)).contains("too many");
    }

    @Test
    void whatHandlersThrowAboutAFailureCanBePrintedHoweverOftenItIsHandled() {
        Throwable[] thrown = {first};
        for (int i = 0; i < DEEP; i++) {
            try {
                Failures.catching(Exception.class, _ -> {
                            throw new IllegalStateException("handler");
                        })
                        .run(() -> Unchecked.rethrow(thrown[0]));
            } catch (ExceptionGroup again) {
                thrown[0] = again;
            }
        }
        assertThat(printed((FailureGroup) thrown[0])).contains("too many");
    }

    @Test
    void aGroupThatIsInManyOthersIsLookedAtOnce() {
        Throwable shared = new ExceptionGroup("innermost", List.of(first, second));
        for (int i = 0; i < 64; i++) {
            shared = FailureGroup.of("level " + i, List.of(shared, shared)).asThrowable();
        }
        var group = (FailureGroup) shared;
        assertThat(group.contains(AssertionError.class)).isFalse();
        FailureGroup rest = group.without(IllegalStateException.class).orElseThrow();
        assertThat(rest.exceptions()).hasSize(2);
        assertThat(rest.exceptions().get(0) == rest.exceptions().get(1)).isTrue();
        assertThat(printed(group)).contains("innermost");
    }

    @Test
    void whatIsNotedBesideADeepMemberStaysWithTheRest() {
        var note = new IllegalStateException("note");
        var group = new ErrorGroup("m", List.of(nest(first, DEEP).asThrowable(), error));
        group.addSuppressed(note);
        Throwable rest = group.without(AssertionError.class).orElseThrow().asThrowable();
        assertThat(rest.getSuppressed()).hasSize(2).contains(note);
        assertThat(rest.getSuppressed()[0]).isInstanceOf(DeepFailure.class);
    }
}
