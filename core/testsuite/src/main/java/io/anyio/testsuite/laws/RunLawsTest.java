package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.ErrorGroup;
import io.anyio.NoEventLoopException;
import io.anyio.RunInterruptedException;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.guarantees.IsolatedLoader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Tests of runs: start, result and end. */
class RunLawsTest {

    @Test
    @Ported({"EL::test_run_unknown_backend"})
    void anUnknownBackendIsNamed() {
        assertThatThrownBy(() -> AnyIO.run(() -> {}, "nope"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nope");
    }

    /** Runs an empty body on the backend of this name. */
    static final class Nothing implements Consumer<String> {
        @Override
        public void accept(String backend) {
            AnyIO.run(() -> {}, backend);
        }
    }

    @Test
    @Ported({"EL::test_run_known_but_uninstalled_backend"})
    void aBackendThatIsNotThereSaysWhatToAdd() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        try (IsolatedLoader core = IsolatedLoader.core()) {
            thread.setContextClassLoader(core);
            Consumer<?> nothing = core.make(Nothing.class, Consumer.class);
            assertThatThrownBy(() -> accept(nothing, "netty"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("io.anyio:anyio-netty");
            accept(nothing, "simulation");
        } finally {
            thread.setContextClassLoader(context);
        }
    }

    @SuppressWarnings("unchecked")
    private static void accept(Consumer<?> consumer, String backend) {
        ((Consumer<String>) consumer).accept(backend);
    }

    @Test
    @Ported({"EL::TestAsyncioOptions::test_debug", "EL::TestAsyncioOptions::test_debug_via_env"})
    void debugIsAnOptionAndASystemProperty() {
        assertThat(tracesCancellations(Map.of())).isFalse();
        assertThat(tracesCancellations(Map.of("debug", true))).isTrue();
        String property = "anyio." + BackendUnderTest.get().name() + ".debug";
        System.setProperty(property, "true");
        try {
            assertThat(tracesCancellations(Map.of())).isTrue();
            assertThat(tracesCancellations(Map.of("debug", false))).isFalse();
        } finally {
            System.clearProperty(property);
        }
    }

    private static boolean tracesCancellations(Map<String, ?> options) {
        return AnyIO.run(
                () -> {
                    int[] frames = new int[1];
                    CancelScope.open(scope -> {
                        scope.cancel();
                        try {
                            AnyIO.checkpoint();
                        } catch (Cancelled c) {
                            frames[0] = c.getStackTrace().length;
                            throw c;
                        }
                    });
                    return frames[0] > 0;
                },
                BackendUnderTest.get().options(options));
    }

    @Test
    @Ported({"EL::TestTrioOptions::test_clock"})
    void theVirtualClockTakesNoTime() {
        long begin = System.nanoTime();
        Simulation.DEFAULTS.run(() -> AnyIO.sleep(Duration.ofDays(300)));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }

    @AnyIOTest
    void aRunInsideARunIsRefused() {
        String backend = AnyIO.currentBackend().orElseThrow();
        assertThatThrownBy(() -> AnyIO.run(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(backend);
    }

    @Test
    void outsideOfATaskBlockingCallsAreRefused() {
        assertThatThrownBy(AnyIO::checkpoint).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(AnyIO::sleepForever).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(() -> TaskGroup.run(_ -> {})).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(() -> Event.create().await()).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(() -> Deadline.after(Duration.ZERO)).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(() -> CancelScope.open(_ -> {})).isInstanceOf(NoEventLoopException.class);
        assertThat(AnyIO.currentBackend()).isEmpty();
    }

    @Test
    void whatTheFirstTaskThrowsLeavesTheRunAsItIs() {
        for (var options : List.of(BackendUnderTest.get().options(), Simulation.DEFAULTS)) {
            var thrown = new IllegalArgumentException("bare");
            assertThatThrownBy(() -> AnyIO.run(
                            () -> {
                                throw thrown;
                            },
                            options))
                    .isSameAs(thrown);
            assertThatThrownBy(() -> AnyIO.run(
                            () -> TaskGroup.run(group -> group.startSoon(() -> {
                                throw new OutOfMemoryError("pretended");
                            })),
                            options))
                    .isInstanceOf(ErrorGroup.class);
        }
    }

    @Test
    @Law({28})
    @Ported({"TG::test_unhandled_exception_group"})
    void interruptingTheThreadThatWaitsCancelsTheFirstTask() throws InterruptedException {
        var trail = new Trail();
        var thread = Thread.ofPlatform().unstarted(() -> {
            try {
                AnyIO.run(
                        () -> TaskGroup.run(group -> {
                            group.startSoon(() -> {
                                try {
                                    AnyIO.sleepForever();
                                } finally {
                                    CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(1)));
                                    trail.add("cleaned up");
                                }
                            });
                            trail.add("ready");
                            AnyIO.sleepForever();
                        }),
                        BackendUnderTest.get().options());
            } catch (RunInterruptedException e) {
                trail.add(Thread.currentThread().isInterrupted() ? "interrupted" : "flag lost");
            }
        });
        thread.start();
        while (trail.events().isEmpty()) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
        assertThat(trail.events()).containsExactly("ready", "cleaned up", "interrupted");
    }

    @Test
    void anInterruptThatTheFirstTaskSurvivesIsKeptForTheCaller() {
        Thread.currentThread().interrupt();
        String value = AnyIO.run(
                () -> {
                    try {
                        AnyIO.sleepForever();
                        return "not reached";
                    } catch (Cancelled c) {
                        return "survived";
                    }
                },
                BackendUnderTest.get().options());
        assertThat(value).isEqualTo("survived");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void twoRunsAtTheSameTimeAreStrangers() throws InterruptedException {
        var trail = new Trail();
        var one = Event.create();
        var other = Event.create();
        var thread = Thread.ofPlatform()
                .start(() -> AnyIO.run(
                        () -> {
                            one.await();
                            trail.add("woken from the other run");
                            other.set();
                        },
                        BackendUnderTest.get().options()));
        AnyIO.run(
                () -> {
                    one.set();
                    other.await();
                    trail.add("and back");
                },
                BackendUnderTest.get().options());
        thread.join();
        assertThat(trail.events()).containsExactly("woken from the other run", "and back");
    }
}
