package io.anyio.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests that a wait in a slot ends when the other side has acted, and that the slot is empty afterwards. */
class SingleWaiterTest {
    private final SingleWaiter waiter = SingleWaiter.create(_ -> false);

    @SimulatedTest(seeds = 50)
    void aTaskWaitsUntilItIsWoken() {
        var trail = new Trail();
        boolean[] over = {false};
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                waiter.await("test", () -> over[0]);
                trail.add("woken");
            });
            group.startSoon(() -> {
                trail.add("acts");
                over[0] = true;
                waiter.wake();
            });
        });
        assertThat(trail.events()).containsExactly("acts", "woken");
        assertThat(waiter.isEmpty()).isTrue();
    }

    @SimulatedTest
    void aTaskThatFindsTheEventDoesNotWait() {
        waiter.await("test", () -> true);
        assertThat(waiter.isEmpty()).isTrue();
    }

    /** The event occurs between the two looks of the task: its wait is then taken from the slot, or ends at once. */
    @SimulatedTest
    void anEventBetweenPublishingAndRecheckingIsNotLost() {
        waiter.await("test", () -> {
            waiter.wake();
            return true;
        });
        assertThat(waiter.isEmpty()).isTrue();
    }

    @SimulatedTest
    void aCancelledWaitLeavesTheSlot() {
        CancelScope scope = Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> waiter.await("test", () -> false));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(waiter.isEmpty()).isTrue();
        assertThat(waiter.claim()).isNull();
    }

    /** A notifier that has claimed the wait has decided it, and a cancellation comes too late. */
    @SimulatedTest
    void aClaimedWaitReturnsAlthoughItsTaskIsCancelled() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            group.startSoon(() -> CancelScope.open(scope -> {
                Suspension wait = waiter.publish("test");
                Suspension claimed = waiter.claim();
                assertThat(claimed).isSameAs(wait);
                assertThat(waiter.withdraw(wait)).isFalse();
                scope.cancel();
                claimed.wake();
                waiter.await(wait);
                trail.add("returned");
                assertThatThrownBy(AnyIO::checkpoint).isInstanceOf(Cancelled.class);
            }));
        });
        assertThat(trail.events()).containsExactly("returned");
    }

    @SimulatedTest
    void aWithdrawnWaitCannotBeWoken() {
        Suspension wait = waiter.publish("test");
        assertThat(waiter.isEmpty()).isFalse();
        assertThat(waiter.withdraw(wait)).isTrue();
        waiter.wake();
        assertThat(wait.isPending()).isTrue();
    }

    @SimulatedTest(seeds = 200)
    void ofManyEventsNoneIsLost() {
        int[] events = {0};
        int[] taken = {0};
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                for (int i = 0; i < 20; i++) {
                    while (events[0] > taken[0]) {
                        AnyIO.checkpoint();
                    }
                    events[0]++;
                    waiter.wake();
                }
            });
            group.startSoon(() -> {
                while (taken[0] < 20) {
                    waiter.await("test", () -> events[0] > taken[0]);
                    if (events[0] > taken[0]) {
                        taken[0]++;
                    }
                    AnyIO.checkpoint();
                }
            });
        });
        assertThat(taken[0]).isEqualTo(20);
        assertThat(waiter.isEmpty()).isTrue();
    }

    @Test
    void onlyATaskCanWait() {
        assertThatThrownBy(() -> waiter.await("test", () -> false)).isInstanceOf(NoEventLoopException.class);
        assertThat(waiter.isEmpty()).isTrue();
        waiter.wake();
    }
}
