package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.lowlevel.Suspension;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Every misuse gets a precise exception that says what happened and what to do. */
class MisuseTest {

    @Test
    void aBlockingCallOutsideOfATaskSaysWhereItBelongs() {
        assertThatThrownBy(() -> AnyIO.sleep(Duration.ofSeconds(1)))
                .isInstanceOf(NoEventLoopException.class)
                .hasMessageContaining("Cannot sleep here")
                .hasMessageContaining("AnyIO.run");
        assertThatThrownBy(() -> Event.create().await()).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(() -> TaskGroup.run(_ -> {})).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(() -> CancelScope.create().run(() -> {})).isInstanceOf(NoEventLoopException.class);
    }

    @SimulatedTest
    void aThreadThatATaskStartsByOtherMeansIsNoTask() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThatThrownBy(() -> executor.submit(() -> AnyIO.checkpoint()).get())
                    .hasCauseInstanceOf(NoEventLoopException.class)
                    .hasMessageContaining("not a task");
        }
    }

    @SimulatedTest
    void aRunInsideARunIsRefused() {
        assertThatThrownBy(() -> AnyIO.run(() -> {}, Simulation.DEFAULTS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already runs on the backend 'simulation'");
    }

    @Test
    void aScopeMadeAndCancelledOutsideOfARunWorksInsideOfOne() {
        var scope = CancelScope.create().setShield(true);
        var cancelled = CancelScope.create();
        cancelled.cancel("before the run");
        assertThat(cancelled.cancelReason()).contains("before the run");
        Simulation.DEFAULTS.run(() -> {
            CancelScope.open(around -> {
                around.cancel();
                scope.run(() -> AnyIO.checkpoint());
                cancelled.run(() -> AnyIO.checkpoint());
            });
        });
        assertThat(scope.cancelCalled()).isFalse();
        assertThat(cancelled.cancelCalled()).isTrue();
    }

    @SimulatedTest
    void aScopeCanBeEnteredOnce() {
        var scope = CancelScope.create();
        scope.run(() -> {});
        assertThatThrownBy(() -> scope.run(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("once");
    }

    @SimulatedTest
    void aScopeLeftByTheWrongTaskOrInTheWrongOrderIsRefused() {
        var outer = CancelScope.create();
        outer.enter();
        var inner = CancelScope.create();
        inner.enter();
        assertThatThrownBy(() -> outer.leave(null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("innermost scope first");
        TaskGroup.run(group -> group.startSoon(() -> {
            assertThatThrownBy(() -> inner.leave(null)).isInstanceOf(IllegalStateException.class);
        }));
        assertThat(inner.leave(null)).isNull();
        assertThat(outer.leave(null)).isNull();
        assertThatThrownBy(() -> outer.leave(null)).isInstanceOf(IllegalStateException.class);
    }

    @SimulatedTest
    void aGroupIsUsableOnlyWhileItsBlockLasts() {
        var escaped = new TaskGroup[1];
        TaskGroup.run(group -> escaped[0] = group);
        assertThatThrownBy(() -> escaped[0].startSoon(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not active");
        assertThatThrownBy(() -> escaped[0].start(status -> status.started()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not active");
    }

    @SimulatedTest
    void onlyItsOwnTaskMayWaitInASuspension() {
        var mine = Suspension.create("test");
        TaskGroup.run(group -> group.startSoon(TaskOptions.named("other"), () -> {
            assertThatThrownBy(mine::await)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("this is task 'other'");
        }));
    }

    @Test
    void anUnknownBackendIsAnErrorThatNamesTheKnownOnes() {
        assertThatThrownBy(() -> AnyIO.run(() -> {}, "twisted"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No such backend: twisted")
                .hasMessageContaining("netty, jdk, simulation");
    }

    @Test
    void aMissingBackendIsAnErrorThatNamesItsCoordinates() {
        assertThat(AnyIO.backends()).containsExactly("netty", "jdk", "simulation");
        assertThat(AnyIO.availableBackends()).containsExactly("jdk", "simulation");
        assertThatThrownBy(() -> AnyIO.run(() -> {}, "netty"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("io.anyio:anyio-netty");
    }

    @Test
    void withoutAnotherBackendTheDefaultIsTheOneOnTheJdk() {
        assertThat(AnyIO.<RunInfo, RuntimeException>run(AnyIO::currentRun).backend())
                .isEqualTo("jdk");
    }

    @Test
    void theBackendThatRunsWithoutBeingNamedIsListedFirst() {
        System.setProperty("anyio.backend", "simulation");
        try {
            assertThat(AnyIO.availableBackends().getFirst()).isEqualTo("simulation");
        } finally {
            System.clearProperty("anyio.backend");
        }
    }

    @Test
    void anUnknownOptionIsAnErrorThatNamesTheKnownOnes() {
        assertThatThrownBy(() -> Backends.options("simulation", Map.of("speed", 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'speed'")
                .hasMessageContaining("seed, loops, carrier and debug");
    }

    @Test
    void aBackendAndItsOptionsCanComeFromSystemProperties() {
        System.setProperty("anyio.backend", "simulation");
        System.setProperty("anyio.simulation.loops", "3");
        try {
            assertThat(AnyIO.<RunInfo, RuntimeException>run(AnyIO::currentRun).loops())
                    .isEqualTo(3);
            assertThat(AnyIO.<String, RuntimeException>run(
                            () -> AnyIO.currentBackend().orElseThrow()))
                    .isEqualTo("simulation");
        } finally {
            System.clearProperty("anyio.backend");
            System.clearProperty("anyio.simulation.loops");
        }
        assertThat(AnyIO.currentBackend()).isEmpty();
    }
}
