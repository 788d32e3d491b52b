package io.anyio.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.testing.junit.SimulatedTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tokens are granted in the order in which they were requested, and none gets lost. */
class CapacityLimiterOrderTest {

    @SimulatedTest
    void aWaitingTaskGetsItsTokenBeforeLaterOnes() {
        CapacityLimiter limit = CapacityLimiter.create(1);
        List<String> trail = new ArrayList<>();
        limit.acquire();
        TaskGroup.run(group -> {
            var waiting = Event.create();
            group.startSoon(() -> {
                waiting.set(); // and then, without letting others run, it waits
                limit.acquire();
                trail.add("first");
                limit.release();
            });
            waiting.await();
            limit.release();
            limit.acquire();
            trail.add("second");
            limit.release();
        });
        assertThat(trail).containsExactly("first", "second");
    }

    @SimulatedTest
    void aCancelledWaiterTakesNoToken() {
        CapacityLimiter limit = CapacityLimiter.create(1);
        limit.acquire();
        TaskGroup.run(group -> {
            TaskHandle<?> waiter = group.startSoon(() -> limit.acquire());
            AnyIO.checkpoint();
            waiter.cancel();
            waiter.await();
            limit.release();
            limit.acquire(); // would wait for ever
        });
    }

    @Test
    void rejectsANegativeNumber() {
        assertThatThrownBy(() -> CapacityLimiter.create(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
