package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.EventLoopToken;
import io.anyio.NoEventLoopException;
import io.anyio.RunFinishedException;
import io.anyio.TaskDump;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.lowlevel.RunVar;
import io.anyio.testing.Simulation;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testsuite.BackendUnderTest;
import java.lang.ref.WeakReference;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of values of a run, and of the tokens of its loops. */
class RunVarLawsTest {
    private static final RunVar<String> PLAIN = RunVar.create("plain");
    private static final RunVar<String> DEFAULTED = RunVar.create("defaulted", "default");
    private static final RunVar<@Nullable Object> BIG = RunVar.create("big");

    @AnyIOTest
    @Law({97})
    @Ported({"LL::TestRunVar::test_get_set"})
    void everyRunBeginsWithoutAValueAndItsTasksShareOne() {
        assertThatThrownBy(PLAIN::get)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("plain");
        assertThat(PLAIN.get("otherwise")).isEqualTo("otherwise");
        assertThat(DEFAULTED.get()).isEqualTo("default");
        assertThat(DEFAULTED.get("otherwise")).isEqualTo("otherwise");
        TaskGroup.run(group -> group.startSoon(() -> {
            PLAIN.set("by a child");
            DEFAULTED.set("set");
        }));
        assertThat(PLAIN.get()).isEqualTo("by a child");
        assertThat(PLAIN.get("otherwise")).isEqualTo("by a child");
        assertThat(DEFAULTED.get()).isEqualTo("set");
    }

    @AnyIOTest
    @Law({97})
    void aTokenGivesBackWhatWasThere() {
        var first = PLAIN.set("first");
        var second = PLAIN.set("second");
        PLAIN.reset(second);
        assertThat(PLAIN.get()).isEqualTo("first");
        PLAIN.reset(first);
        assertThat(PLAIN.get("none")).isEqualTo("none");
    }

    @AnyIOTest
    @Law({97})
    @Ported({"LL::TestRunVar::test_reset_token_used_on_wrong_runvar"})
    void aTokenIsForItsOwnVariable() {
        var token = PLAIN.set("value");
        assertThatThrownBy(() -> DEFAULTED.reset(token))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("defaulted")
                .hasMessageContaining("plain");
        assertThat(PLAIN.get()).isEqualTo("value");
        PLAIN.reset(token); // the failed call has not used it up
    }

    @AnyIOTest
    @Law({97})
    @Ported({"LL::TestRunVar::test_reset_token_used_twice"})
    void aTokenCanBeUsedOnce() {
        var token = PLAIN.set("value");
        PLAIN.reset(token);
        PLAIN.set("later");
        assertThatThrownBy(() -> PLAIN.reset(token)).isInstanceOf(IllegalArgumentException.class);
        assertThat(PLAIN.get()).isEqualTo("later");
    }

    @AnyIOTest
    @Law({97})
    @Ported({"LL::TestRunVar::test_runvar_does_not_share_storage_by_name"})
    void aNameIsNoIdentity() {
        RunVar<Integer> one = RunVar.create("same");
        RunVar<String> other = RunVar.create("same");
        one.set(1);
        other.set("text");
        assertThat(one.get()).isEqualTo(1);
        assertThat(other.get()).isEqualTo("text");
    }

    @AnyIOTest
    @Law({97})
    @Ported({"LL::TestRunVar::test_context_manager"})
    void aBlockGivesBackWhatWasThereNestedToo() {
        PLAIN.where("outer", () -> {
            assertThat(PLAIN.get()).isEqualTo("outer");
            String seen = PLAIN.where("inner", () -> PLAIN.get());
            assertThat(seen).isEqualTo("inner");
            assertThat(PLAIN.get()).isEqualTo("outer");
            assertThatThrownBy(() -> PLAIN.where("failing", () -> {
                        throw new IllegalStateException("expected");
                    }))
                    .hasMessage("expected");
            assertThat(PLAIN.get()).isEqualTo("outer");
        });
        assertThat(PLAIN.get("none")).isEqualTo("none");
    }

    @Test
    @Law({97})
    void outsideOfARunThereIsNoValue() {
        assertThatThrownBy(PLAIN::get).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(() -> DEFAULTED.set("value")).isInstanceOf(NoEventLoopException.class);
        var kept = new AtomicReference<RunVar.@Nullable Token<String>>();
        Simulation.DEFAULTS.run(() -> kept.set(PLAIN.set("value")));
        Simulation.DEFAULTS.run(() -> {
            assertThat(PLAIN.get("none")).isEqualTo("none");
            assertThatThrownBy(() -> PLAIN.reset(kept.get())).isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    @Law({97})
    void loopsThatRunInParallelLoseNoValue() {
        int many = 200;
        Set<Integer> found = ConcurrentHashMap.newKeySet();
        AnyIO.run(
                () -> {
                    TaskGroup.run(group -> {
                        for (int i = 0; i < many; i++) {
                            int number = i;
                            RunVar<Integer> own = RunVar.create("own");
                            group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> {
                                own.set(number);
                                AnyIO.checkpoint();
                                found.add(own.get());
                            });
                        }
                    });
                },
                BackendUnderTest.get().withLoops(3));
        assertThat(found).hasSize(many);
    }

    @Test
    void aTokenThatIsKeptDoesNotKeepTheValues() {
        var kept = new AtomicReference<EventLoopToken>();
        var value = new AtomicReference<WeakReference<Object>>();
        Simulation.DEFAULTS.run(() -> {
            Object big = new Object();
            BIG.set(big);
            value.set(new WeakReference<>(big));
            kept.set(AnyIO.currentToken());
        });
        for (int i = 0; i < 50 && value.get().get() != null; i++) {
            System.gc();
        }
        assertThat(value.get().get()).isNull();
        assertThat(kept.get().isFinished()).isTrue();
    }

    @AnyIOTest
    void aTokenStandsForTheLoopOfTheRun() throws InterruptedException {
        EventLoopToken mine = AnyIO.currentToken();
        assertThat(mine.backend()).isEqualTo(AnyIO.currentBackend().orElseThrow());
        assertThat(mine.loop()).isZero();
        assertThat(mine.isFinished()).isFalse();
        TaskGroup.run(group -> group.startSoon(
                () -> assertThat(AnyIO.currentToken()).isEqualTo(mine).hasSameHashCodeAs(mine)));
        var seen = new AtomicReference<String>();
        Thread.ofPlatform().start(() -> seen.set(TaskDump.text(mine))).join();
        assertThat(seen.get()).contains(AnyIO.currentTask().name());
    }

    @Test
    void tokensOfOtherRunsAndLoopsDiffer() {
        var first = new AtomicReference<EventLoopToken>();
        AnyIO.run(
                () -> {
                    first.set(AnyIO.currentToken());
                    TaskGroup.run(group -> group.startSoon(
                            TaskOptions.DEFAULTS.withLoop(1),
                            () -> assertThat(AnyIO.currentToken()).isNotEqualTo(first.get())));
                },
                BackendUnderTest.get().withLoops(2));
        Simulation.DEFAULTS.run(() -> assertThat(AnyIO.currentToken()).isNotEqualTo(first.get()));
        assertThat(first.get().isFinished()).isTrue();
        assertThatThrownBy(() -> TaskDump.text(first.get())).isInstanceOf(RunFinishedException.class);
        assertThatThrownBy(AnyIO::currentToken).isInstanceOf(NoEventLoopException.class);
    }
}
