package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tests of checkpoints and sleep. */
class LowLevelLawsTest {
    private static final int MANY = 1000; // the order of two ready tasks is undefined, but neither waits for long

    @AnyIOTest
    @Law({94})
    @Ported({"LL::test_checkpoint_if_cancelled"})
    void checkpointIfCancelledLetsNoOtherTaskRun() {
        TaskGroup.run(group -> {
            var other = group.startSoon(() -> {});
            for (int i = 0; i < MANY; i++) {
                AnyIO.checkpointIfCancelled();
            }
            assertThat(other.status()).isEqualTo(TaskHandle.Status.PENDING);
            group.cancel();
            assertThat(catchThrowable(AnyIO::checkpointIfCancelled)).isInstanceOf(Cancelled.class);
        });
    }

    @AnyIOTest
    @Law({95})
    @Ported({"LL::test_cancel_shielded_checkpoint"})
    void theShieldedCheckpointLetsOthersRunAndNeverThrows() {
        for (boolean cancel : new boolean[] {false, true}) {
            TaskGroup.run(group -> {
                if (cancel) {
                    group.cancel();
                }
                var other = group.startSoon(() -> {});
                int passed = 0;
                while (other.status() == TaskHandle.Status.PENDING) {
                    AnyIO.cancelShieldedCheckpoint();
                    assertThat(++passed).isLessThan(MANY);
                }
                assertThat(passed).isPositive();
            });
        }
    }

    @AnyIOTest
    @Law({96})
    @Ported({"LL::test_checkpoint"})
    void aCheckpointLetsOthersRun() {
        TaskGroup.run(group -> {
            var other = group.startSoon(() -> {});
            int passed = 0;
            while (other.status() == TaskHandle.Status.PENDING) {
                AnyIO.checkpoint();
                assertThat(++passed).isLessThan(MANY);
            }
            assertThat(passed).isPositive();
        });
    }

    @AnyIOTest
    @Law({96})
    @Ported({"LL::test_checkpoint"})
    void aCheckpointThrowsInACancelledScope() {
        CancelScope.open(scope -> {
            scope.cancel();
            assertThat(catchThrowable(AnyIO::checkpoint)).isInstanceOf(Cancelled.class);
        });
    }

    @AnyIOTest
    @Law({96})
    void aCheckpointThrowsWhenTheTaskIsCancelledWhileOthersRun() {
        TaskGroup.run(group -> {
            var canceller = group.startSoon(() -> group.cancel());
            Throwable thrown = null;
            while (thrown == null) {
                thrown = catchThrowable(AnyIO::checkpoint);
            }
            assertThat(thrown).isInstanceOf(Cancelled.class);
            assertThat(canceller.status()).isEqualTo(TaskHandle.Status.FINISHED);
        });
    }

    @AnyIOTest
    @Law({98})
    @Ported({"EL::test_sleep_until"})
    void sleepUntilWaitsForThePointInTime() {
        Deadline point = Deadline.after(Duration.ofMillis(2));
        AnyIO.sleepUntil(point);
        assertThat(AnyIO.currentTime()).isGreaterThanOrEqualTo(point);
    }

    @AnyIOTest
    @Law({98})
    @Ported({"EL::test_sleep_until_in_past"})
    void sleepingUntilThePastIsACheckpoint() {
        TaskGroup.run(group -> {
            var other = new AtomicBoolean();
            group.startSoon(() -> other.set(true));
            while (!other.get()) {
                AnyIO.sleepUntil(Deadline.PAST);
                AnyIO.sleep(Duration.ofSeconds(-1));
            }
            group.cancel();
            assertThat(catchThrowable(() -> AnyIO.sleepUntil(Deadline.PAST))).isInstanceOf(Cancelled.class);
        });
    }

    @AnyIOTest
    @Law({98})
    @Ported({"EL::test_sleep_forever"})
    void sleepingForeverEndsByCancellationOnly() {
        var trail = new Trail();
        Timeouts.moveOnAfter(Duration.ofMillis(2), () -> {
            AnyIO.sleepForever();
            trail.add("not reached");
        });
        Timeouts.moveOnAfter(Duration.ofMillis(2), () -> {
            AnyIO.sleep(Duration.ofSeconds(Long.MAX_VALUE));
            trail.add("not reached");
        });
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({98})
    void anInterruptDoesNotEndASleepAndIsNotLost() {
        Deadline point = Deadline.after(Duration.ofMillis(2));
        Thread.currentThread().interrupt();
        AnyIO.sleepUntil(point);
        assertThat(AnyIO.currentTime()).isGreaterThanOrEqualTo(point);
        assertThat(Thread.interrupted()).isTrue();
    }
}
