package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.testing.SimulatedTest;
import java.util.NoSuchElementException;
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

    @Test
    void outsideOfATaskThereIsNoContext() {
        assertThatThrownBy(USER::get).isInstanceOf(NoEventLoopException.class);
    }
}
