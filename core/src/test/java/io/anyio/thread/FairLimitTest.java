package io.anyio.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.sync.Event;
import io.anyio.testing.SimulatedTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Slots go round in the order in which they were asked for, and none gets lost. */
class FairLimitTest {

    @SimulatedTest
    void whoWaitsGetsItsSlotBeforeWhoComesLater() {
        FairLimit limit = FairLimit.of(1);
        List<String> trail = new ArrayList<>();
        limit.acquire("test");
        TaskGroup.run(group -> {
            var waiting = Event.create();
            group.startSoon(() -> {
                waiting.set(); // and then, without letting others run, it waits
                limit.acquire("test");
                trail.add("first");
                limit.release();
            });
            waiting.await();
            limit.release();
            limit.acquire("test");
            trail.add("second");
            limit.release();
        });
        assertThat(trail).containsExactly("first", "second");
    }

    @SimulatedTest
    void aCancelledWaiterTakesNoSlot() {
        FairLimit limit = FairLimit.of(1);
        limit.acquire("test");
        TaskGroup.run(group -> {
            TaskHandle<?> waiter = group.startSoon(() -> limit.acquire("test"));
            AnyIO.checkpoint();
            waiter.cancel();
            waiter.await();
            limit.release();
            limit.acquire("test"); // would wait for ever
        });
    }

    @Test
    void needsAtLeastOneSlot() {
        assertThatThrownBy(() -> FairLimit.of(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
