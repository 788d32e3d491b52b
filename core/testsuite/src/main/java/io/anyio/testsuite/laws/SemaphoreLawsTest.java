package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.sync.Semaphore;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.stream.IntStream;

/** Tests of semaphores: slots that are acquired and released. */
class SemaphoreLawsTest {
    /** A machine that keeps a task from its processor for 10 ms may use up even the slice of a fast semaphore. */
    private static final int TRIES = 10;

    private static final Semaphore MADE_OUTSIDE = Semaphore.create(1, 3);

    private static int waiting(Semaphore semaphore) {
        return semaphore.statistics().tasksWaiting();
    }

    @AnyIOTest
    @Law({115})
    @Ported({"SY::TestSemaphore::test_contextmanager", "SY::TestSemaphore::test_manual_acquire"})
    void slotsComeBack() {
        var semaphore = Semaphore.create(2);
        TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                group.startSoon(
                        () -> semaphore.run(() -> assertThat(semaphore.value()).isIn(0, 1)));
            }
        });
        assertThat(semaphore.value()).isEqualTo(2);
    }

    @AnyIOTest
    @Law({106})
    @Ported({"SY::TestSemaphore::test_fast_acquire"})
    void aFastSemaphoreWithASlotDoesNotLetOthersRun() {
        assertThat(IntStream.range(0, TRIES).allMatch(_ -> othersRanMeanwhile(Semaphore.fast(1))))
                .isFalse();
        assertThat(othersRanMeanwhile(Semaphore.create(1))).isTrue();
    }

    private static boolean othersRanMeanwhile(Semaphore semaphore) {
        boolean[] ran = {false};
        return TaskGroup.call(group -> {
            for (int i = 0; i < 50; i++) { // many, because a simulation may choose the yielding task next
                group.startSoon(() -> {
                    ran[0] = true;
                });
            }
            return semaphore.<Boolean, RuntimeException>call(() -> ran[0]);
        });
    }

    @AnyIOTest
    @Law({115})
    @Ported({"SY::TestSemaphore::test_acquire_nowait"})
    void takingASlotAtOnce() {
        var semaphore = Semaphore.create(1);
        semaphore.acquireNow();
        assertThat(semaphore.value()).isZero();
        assertThatThrownBy(semaphore::acquireNow).isInstanceOf(WouldBlockException.class);
    }

    @AnyIOTest
    @Law({117})
    @Ported({"SY::TestSemaphore::test_cancel_during_acquire"})
    void aCancelledWaiterLeavesTheValueAsItIs() {
        for (boolean releaseFirst : new boolean[] {true, false}) {
            var semaphore = Semaphore.create(1);
            boolean[] acquired = {false};
            TaskGroup.run(group -> {
                semaphore.acquire();
                group.startSoon(() -> semaphore.run(() -> acquired[0] = true));
                Await.until(() -> waiting(semaphore) == 1);
                group.cancel();
                if (releaseFirst) {
                    semaphore.release();
                    Await.settled();
                } else {
                    Await.settled();
                    semaphore.release();
                }
            });
            assertThat(acquired[0]).isFalse();
            assertThat(semaphore.value()).isEqualTo(1);
        }
    }

    @AnyIOTest
    @Law({116})
    @Ported({"SY::TestSemaphore::test_max_value"})
    void theMaximumIsWhatItWasMadeWith() {
        assertThat(Semaphore.create(3, 5).maxValue()).isEqualTo(5);
        assertThat(Semaphore.create(0).maxValue()).isEqualTo(Semaphore.UNLIMITED);
        assertThatThrownBy(() -> Semaphore.create(3, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @AnyIOTest
    @Law({116})
    @Ported({"SY::TestSemaphore::test_max_value_exceeded"})
    void moreThanTheMaximumCannotBeGivenBack() {
        var semaphore = Semaphore.create(1, 2);
        semaphore.release();
        assertThatThrownBy(semaphore::release).isInstanceOf(IllegalStateException.class);
        assertThat(semaphore.value()).isEqualTo(2);
    }

    @AnyIOTest
    @Law({107})
    @Ported({"SY::TestSemaphore::test_statistics"})
    void theStatisticsCountWhoWaits() {
        var semaphore = Semaphore.create(1);
        TaskGroup.run(group -> semaphore.run(() -> {
            assertThat(waiting(semaphore)).isZero();
            for (int i = 1; i < 3; i++) {
                int expected = i;
                group.startSoon(() -> semaphore.run(() -> {}));
                Await.until(() -> waiting(semaphore) == expected);
            }
        }));
        assertThat(waiting(semaphore)).isZero();
    }

    @AnyIOTest
    @Law({115})
    @Ported({"SY::TestSemaphore::test_acquire_race"})
    void aSlotThatWasHandedOverCannotBeSnatched() {
        var semaphore = Semaphore.create(1);
        TaskGroup.run(group -> {
            semaphore.acquireNow();
            group.startSoon(semaphore::acquire);
            Await.until(() -> waiting(semaphore) == 1);
            semaphore.release();
            assertThatThrownBy(semaphore::acquireNow).isInstanceOf(WouldBlockException.class);
        });
        assertThat(semaphore.value()).isZero();
    }

    @AnyIOTest
    @Law({103})
    @Ported({"SY::TestSemaphore::test_asyncio_deadlock"})
    void cancellingTheHolderWhileItYieldsLeavesNoTaskStuck() {
        var semaphore = Semaphore.create(1);
        TaskGroup.run(group -> {
            var first = group.startSoon(() -> semaphore.run(AnyIO::checkpoint));
            var second = group.startSoon(() -> semaphore.run(AnyIO::checkpoint));
            AnyIO.checkpoint();
            first.cancel();
            Timeouts.failAfter(Duration.ofSeconds(20), second::join);
        });
        assertThat(semaphore.value()).isEqualTo(1);
    }

    @AnyIOTest
    @Law({102})
    @Ported({"SY::TestSemaphore::test_cancel_after_release"})
    void aWaiterThatIsCancelledAfterItWasHandedASlotHasIt() {
        var semaphore = Semaphore.create(0, 1);
        TaskGroup.run(group -> {
            var waiter = group.startSoon(() -> semaphore.run(AnyIO::checkpoint));
            Await.until(() -> waiting(semaphore) == 1);
            semaphore.release();
            waiter.cancel();
            assertThat(semaphore.value()).isZero();
            waiter.await();
            assertThat(semaphore.value()).isEqualTo(1);
            semaphore.acquireNow();
        });
    }

    @AnyIOTest
    @Law({101})
    @Ported({"SY::TestSemaphore::test_cancelled_after_acquire"})
    void aWaiterThatIsCancelledBeforeTheReleaseIsPassedOver() {
        var semaphore = Semaphore.create(1, 1);
        TaskGroup.run(group -> {
            semaphore.acquireNow();
            var waiter = group.startSoon(semaphore::acquire);
            Await.until(() -> waiting(semaphore) == 1);
            waiter.cancel();
            semaphore.release();
            assertThat(waiting(semaphore)).isZero();
            Timeouts.failAfter(Duration.ofSeconds(20), semaphore::acquire);
        });
    }

    @AnyIOTest
    @Law({109})
    @Ported({"SY::TestSemaphore::test_instantiate_outside_event_loop"})
    void aSemaphoreCanBeMadeOutsideOfARun() {
        assertThat(MADE_OUTSIDE.maxValue()).isEqualTo(3);
        MADE_OUTSIDE.run(() -> assertThat(MADE_OUTSIDE.value()).isZero());
        assertThat(MADE_OUTSIDE.value()).isEqualTo(1);
    }

    @AnyIOTest
    @Law({211})
    void aFreeSlotIsNotTakenInACancelledScope() {
        for (Semaphore semaphore : new Semaphore[] {Semaphore.create(1), Semaphore.fast(1)}) {
            CancelScope.open(scope -> {
                scope.cancel();
                assertThatThrownBy(semaphore::acquire).isInstanceOf(Cancelled.class);
            });
            assertThat(semaphore.value()).isEqualTo(1);
        }
    }
}
