package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.testing.junit.SimulatedTest;
import java.util.ArrayList;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Context values belong to a task, and children inherit them as they are when they start. */
class ContextVarTest {
    private static final ContextVar<String> USER = ContextVar.create("user");
    private static final ContextVar<Integer> DEPTH = ContextVar.create("depth", 0);

    @SimulatedTest
    void aChildSeesTheValuesOfWhoStartedIt() {
        USER.set("ada");
        var seen = new String[2];
        TaskGroup.run(group -> {
            USER.where(
                    "bob",
                    () -> group.startSoon(() -> {
                        seen[0] = USER.get();
                        USER.set("changed by the child");
                    }));
            group.startSoon(() -> {
                seen[1] = USER.get();
            });
        });
        assertThat(seen).containsExactly("bob", "ada");
        assertThat(USER.get()).isEqualTo("ada");
    }

    @SimulatedTest
    void whereGivesBackWhatWasThere() {
        assertThat(DEPTH.get()).isZero();
        DEPTH.where(1, () -> {
            assertThat(DEPTH.get()).isEqualTo(1);
            assertThatThrownBy(() -> DEPTH.where(2, () -> {
                        throw new IllegalStateException("out of here");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(DEPTH.get()).isEqualTo(1);
        });
        assertThat(DEPTH.isSet()).isFalse();
    }

    @SimulatedTest
    void noValueAndNoDefaultIsAnError() {
        assertThatThrownBy(USER::get).isInstanceOf(NoSuchElementException.class).hasMessageContaining("user");
    }

    @SimulatedTest
    void aTokenGivesBackWhatWasThere() {
        ContextVar.Token<String> first = USER.set("ada");
        ContextVar.Token<String> second = USER.set("grace");
        USER.reset(second);
        assertThat(USER.get()).isEqualTo("ada");
        USER.reset(first);
        assertThat(USER.isSet()).isFalse();
        ContextVar<@Nullable String> nullable = ContextVar.create("nullable");
        nullable.set(null);
        nullable.reset(nullable.set("value"));
        assertThat(nullable.get()).isNull();
    }

    @SimulatedTest
    void aTokenIsGoodOnceAndForItsOwnVariable() {
        ContextVar<String> other = ContextVar.create("other");
        ContextVar.Token<String> token = USER.set("ada");
        assertThatThrownBy(() -> other.reset(token))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("other", "user");
        USER.reset(token); // the mistake has not used it up
        USER.set("later");
        assertThatThrownBy(() -> USER.reset(token))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("used already");
        assertThat(USER.get()).isEqualTo("later");
    }

    @SimulatedTest
    void aTokenIsGoodInItsOwnContextOnly() {
        ContextVar.Token<String> tasks = USER.set("ada");
        var context = TaskContext.copyCurrent();
        var contexts = new ArrayList<ContextVar.Token<String>>();
        context.run(() -> {
            assertThatThrownBy(() -> USER.reset(tasks)).isInstanceOf(IllegalArgumentException.class);
            contexts.add(USER.set("grace"));
        });
        assertThatThrownBy(() -> USER.reset(contexts.getFirst())).isInstanceOf(IllegalArgumentException.class);
        TaskGroup.run(group -> {
            group.startSoon(
                    () -> assertThatThrownBy(() -> USER.reset(tasks)).isInstanceOf(IllegalArgumentException.class));
            group.startSoon(() -> context.run(() -> {
                assertThat(USER.get()).isEqualTo("grace");
                USER.reset(contexts.getFirst()); // another task in the same context
                assertThat(USER.get()).isEqualTo("ada");
            }));
        });
        USER.reset(tasks);
        assertThat(USER.isSet()).isFalse();
    }

    @SimulatedTest
    void aCopyOfAContextHasValuesOfItsOwn() {
        var context = TaskContext.create();
        context.run(() -> USER.set("ada"));
        TaskContext copy = context.copy();
        copy.run(() -> USER.set("grace"));
        assertThat(context.<String, RuntimeException>call(USER::get)).isEqualTo("ada");
        assertThat(copy.<String, RuntimeException>call(USER::get)).isEqualTo("grace");
    }

    @Test
    void outsideOfATaskThereIsNoContext() {
        assertThatThrownBy(USER::get).isInstanceOf(NoEventLoopException.class);
    }
}
