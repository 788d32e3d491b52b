package io.anyio.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** The binder for Micrometer of docs/observability.md, with the real library. */
class RunMetricsTest {

    private static double gauge(MeterRegistry registry, String name) {
        return registry.get(name).gauge().value();
    }

    private static double counter(MeterRegistry registry, String name) {
        return registry.get(name).functionCounter().count();
    }

    @Test
    void metersShowTheRunAsItIsNow() {
        var registry = new SimpleMeterRegistry();
        Simulation.DEFAULTS.run(() -> {
            Observability.bind(registry);
            System.gc(); // meters refer weakly to what they measure; the binder must be kept all the same
            double alone = gauge(registry, "anyio.tasks.alive");
            double started = counter(registry, "anyio.tasks.started");
            double switches = counter(registry, "anyio.switches");
            TaskGroup.run(group -> {
                var gate = Event.create();
                group.startSoon(gate::await);
                group.startSoon(gate::await);
                assertThat(gauge(registry, "anyio.tasks.ready")).isEqualTo(2);
                AnyIO.awaitAllTasksBlocked();
                assertThat(gauge(registry, "anyio.tasks.ready")).isZero();
                assertThat(gauge(registry, "anyio.tasks.alive")).isEqualTo(alone + 2);
                gate.set();
            });
            assertThat(gauge(registry, "anyio.tasks.alive")).isEqualTo(alone);
            assertThat(gauge(registry, "anyio.workers.waited.for")).isZero();
            assertThat(counter(registry, "anyio.tasks.started")).isEqualTo(started + 2);
            assertThat(counter(registry, "anyio.switches")).isGreaterThanOrEqualTo(switches + 4);
        });
        assertThat(gauge(registry, "anyio.tasks.alive")).as("after the end").isZero();
        assertThat(counter(registry, "anyio.turns.slow")).isZero();
    }
}
