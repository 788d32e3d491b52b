package io.anyio.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.NoEventLoopException;
import io.anyio.Suspension;
import io.anyio.TaskGroup;
import io.anyio.testing.SimulatedTest;
import io.anyio.testing.Trail;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
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
        CancelScope scope = CancelScope.moveOnAfter(Duration.ofSeconds(1), () -> waiter.await("test", () -> false));
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

    @SimulatedTest
    void aThreadWakesATaskManyTimesAndNoWakeUpIsLost() throws Exception {
        var events = new AtomicInteger();
        var taken = new AtomicInteger();
        Thread notifier = Thread.ofPlatform().unstarted(() -> {
            for (int i = 0; i < 1000; i++) {
                while (events.get() > taken.get()) {
                    Thread.onSpinWait();
                }
                events.incrementAndGet();
                waiter.wake();
            }
        });
        notifier.setDaemon(true);
        notifier.start();
        while (taken.get() < 1000) {
            while (events.get() == taken.get()) {
                waiter.await("test", () -> events.get() > taken.get());
            }
            taken.incrementAndGet();
        }
        notifier.join();
        assertThat(waiter.isEmpty()).isTrue();
    }

    @Test
    void onlyATaskCanWait() {
        assertThatThrownBy(() -> waiter.await("test", () -> false)).isInstanceOf(NoEventLoopException.class);
        assertThat(waiter.isEmpty()).isTrue();
        waiter.wake();
    }
}
