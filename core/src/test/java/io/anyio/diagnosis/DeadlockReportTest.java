package io.anyio.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import io.anyio.testing.DeadlockException;
import io.anyio.testing.Simulation;
import org.junit.jupiter.api.Test;

/** A simulation in which nothing can happen any more says who waits for what, and where. */
class DeadlockReportTest {

    @Test
    void aDeadlockNamesEveryTaskAndWhereItWaits() {
        assertThatThrownBy(() -> Simulation.DEFAULTS
                        .withSeed(7)
                        .run(() -> TaskGroup.run(group -> {
                            group.startSoon(
                                    TaskOptions.named("left"),
                                    () -> Event.create().await());
                            group.startSoon(
                                    TaskOptions.named("right"),
                                    () -> Event.create().await());
                        })))
                .isInstanceOf(DeadlockException.class)
                .hasMessageContaining("'left' waiting in Event.await at " + DeadlockReportTest.class.getName())
                .hasMessageContaining("'right' waiting in Event.await")
                .hasMessageContaining("waiting in the end of a task group")
                .satisfies(thrown -> assertThat(thrown.getSuppressed()[0]).hasMessageContaining("seed 7"));
    }
}
