package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskCancelledException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.sync.Deferred;
import io.anyio.sync.DeferredAlreadyFinishedException;
import io.anyio.sync.DeferredCancelledException;
import io.anyio.sync.DeferredFailedException;
import io.anyio.sync.DeferredNotFinishedException;
import io.anyio.testing.junit.AnyIOTest;

/** Tests of deferreds: a value that is given once. */
class DeferredLawsTest {

    @AnyIOTest
    @Law({126})
    @Ported({"FU::test_result", "FU::test_disallowing_multiple_results"})
    void itIsGivenOnce() {
        var deferred = Deferred.<Integer>create();
        deferred.complete(1);
        assertThat(deferred.join()).isEqualTo(1);
        assertThatThrownBy(() -> deferred.complete(0)).isInstanceOf(DeferredAlreadyFinishedException.class);
        assertThatThrownBy(() -> deferred.fail(new IllegalStateException("late")))
                .isInstanceOf(DeferredAlreadyFinishedException.class);
        assertThat(deferred.returnValue()).isEqualTo(1);
        assertThat(deferred.exception()).isEmpty();
    }

    @AnyIOTest
    @Law({126})
    @Ported({"FU::test_waiting_for_result", "FU::test_waiting_with_wait"})
    void whoWaitsGetsTheValue() {
        var deferred = Deferred.<Integer>create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                deferred.complete(2);
            });
            deferred.await();
            assertThat(deferred.returnValue()).isEqualTo(2);
            assertThat(deferred.join()).isEqualTo(2);
        });
    }

    @AnyIOTest
    @Law({126})
    @Ported({"FU::test_raising_exception", "FU::test_exception_when_future_failed"})
    void aFailureIsTheCauseOfWhatJoinThrows() {
        var deferred = Deferred.<Integer>create();
        var failure = new IllegalArgumentException("foo");
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                deferred.fail(failure);
            });
            deferred.await();
            assertThatThrownBy(deferred::join)
                    .isExactlyInstanceOf(DeferredFailedException.class)
                    .hasCause(failure);
            assertThatThrownBy(deferred::returnValue).isExactlyInstanceOf(DeferredFailedException.class);
            assertThat(deferred.exception()).containsSame(failure);
            assertThat(deferred.status()).isEqualTo(Deferred.Status.FAILED);
        });
    }

    @AnyIOTest
    @Law({126})
    @Ported({
        "FU::test_already_cancelled",
        "FU::test_cancelled_wait",
        "FU::test_exception_when_future_cancelled",
        "FU::test_cancelling_with_result"
    })
    void aCancelledOneSaysSoWhateverIsAskedOfIt() {
        var deferred = Deferred.<String>create();
        deferred.cancel();
        assertThat(deferred.status()).isEqualTo(Deferred.Status.CANCELLED);
        assertThatThrownBy(() -> deferred.complete("Item")).isInstanceOf(DeferredCancelledException.class);
        assertThatThrownBy(() -> deferred.fail(new IllegalStateException("late")))
                .isInstanceOf(DeferredCancelledException.class);
        assertThatThrownBy(deferred::join).isInstanceOf(DeferredCancelledException.class);
        assertThatThrownBy(deferred::returnValue).isInstanceOf(DeferredCancelledException.class);
        assertThatThrownBy(deferred::exception).isInstanceOf(DeferredCancelledException.class);
        deferred.await();
    }

    @AnyIOTest
    @Law({126})
    @Ported({"FU::test_return_value_when_future_not_finished", "FU::test_exception_when_future_not_finished"})
    void readingTooEarlyIsRefused() {
        var deferred = Deferred.<Integer>create();
        assertThatThrownBy(deferred::returnValue).isInstanceOf(DeferredNotFinishedException.class);
        assertThatThrownBy(deferred::exception).isInstanceOf(DeferredNotFinishedException.class);
        assertThat(deferred.status()).isEqualTo(Deferred.Status.PENDING);
    }

    @AnyIOTest
    @Law({126})
    @Ported({"FU::test_cancelling_already_set_return_value", "FU::test_cancelling_already_set_exception"})
    void cancellingWhatIsDoneChangesNothing() {
        var completed = Deferred.<String>create();
        completed.complete("Item");
        completed.cancel();
        assertThat(completed.join()).isEqualTo("Item");
        var failed = Deferred.<String>create();
        failed.fail(new IllegalStateException("Failed"));
        failed.cancel();
        assertThatThrownBy(failed::join)
                .isExactlyInstanceOf(DeferredFailedException.class)
                .hasRootCauseMessage("Failed");
    }

    @AnyIOTest
    @Law({126})
    @Ported({"FU::test_repr"})
    void itShowsItsNameAndStatus() {
        assertThat(Deferred.<String>create("name")).hasToString("Deferred[name, pending]");
    }

    @AnyIOTest
    @Law({126})
    @Ported({"FU::test_multiple_waiters"})
    void severalTasksMayWait() {
        var deferred = Deferred.<String>create();
        TaskGroup.run(group -> {
            var first = group.startSoon(TaskOptions.named("first"), () -> deferred.join());
            var second = group.startSoon(TaskOptions.named("second"), () -> deferred.join());
            AnyIO.checkpoint();
            deferred.complete("Finished");
            assertThat(first.join()).isEqualTo("Finished");
            assertThat(second.join()).isEqualTo("Finished");
        });
    }

    @AnyIOTest
    @Law({126})
    @Ported({"FU::test_cancelled_waiter_allows_other"})
    void aCancelledWaiterDisturbsNoOther() {
        var deferred = Deferred.<String>create();
        TaskGroup.run(group -> {
            var first = group.startSoon(TaskOptions.named("first"), () -> deferred.join());
            var second = group.startSoon(TaskOptions.named("second"), () -> deferred.join());
            AnyIO.checkpoint();
            first.cancel();
            assertThatThrownBy(first::join).isInstanceOf(TaskCancelledException.class);
            assertThat(deferred.status()).isEqualTo(Deferred.Status.PENDING);
            deferred.complete("Finished");
            assertThat(second.join()).isEqualTo("Finished");
        });
    }

    @AnyIOTest
    @Law({126})
    void waitingForADoneOneIsACheckpoint() {
        var deferred = Deferred.<String>create();
        deferred.complete("Item");
        CancelScope.open(scope -> {
            scope.cancel();
            assertThatThrownBy(deferred::join).isInstanceOf(Cancelled.class);
        });
    }

    @AnyIOTest(simulated = false) // a simulation does not support other threads
    @Law({126})
    void aThreadThatIsNoTaskCanGiveTheValue() {
        var deferred = Deferred.<String>create();
        var thread = Thread.ofPlatform().start(() -> deferred.complete("Item"));
        assertThat(deferred.join()).isEqualTo("Item");
        assertThat(catchThrowable(thread::join)).isNull();
    }
}
