package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.stream.IntStream;

/** Tests of locks: one task at a time. */
class LockLawsTest {
    /** A machine that keeps a task from its processor for 10 ms may use up even the slice of a fast lock. */
    private static final int TRIES = 10;

    private static final Lock MADE_OUTSIDE = Lock.create();

    @AnyIOTest
    @Law({99})
    @Ported({"SY::TestLock::test_contextmanager", "SY::TestLock::test_manual_acquire"})
    void aWaiterGoesOnWhenTheHolderIsDone() {
        var lock = Lock.create();
        var trail = new Trail();
        TaskGroup.run(group -> lock.run(() -> {
            group.startSoon(() -> {
                assertThat(lock.isLocked()).isTrue();
                lock.run(() -> trail.add("2"));
            });
            Await.until(() -> lock.statistics().tasksWaiting() == 1);
            trail.add("1");
        }));
        assertThat(lock.isLocked()).isFalse();
        assertThat(trail.events()).containsExactly("1", "2");
    }

    @AnyIOTest
    @Law({106})
    @Ported({"SY::TestLock::test_fast_acquire"})
    void aFastLockThatIsFreeIsTakenWithoutLettingOthersRun() {
        assertThat(IntStream.range(0, TRIES).allMatch(_ -> othersRanMeanwhile(Lock.fast())))
                .isFalse();
        assertThat(othersRanMeanwhile(Lock.create())).isTrue();
    }

    private static boolean othersRanMeanwhile(Lock lock) {
        boolean[] ran = {false};
        return TaskGroup.call(group -> {
            for (int i = 0; i < 50; i++) { // many, because a simulation may choose the yielding task next
                group.startSoon(() -> {
                    ran[0] = true;
                });
            }
            return lock.<Boolean, RuntimeException>call(() -> ran[0]);
        });
    }

    @AnyIOTest
    @Law({105})
    @Ported({"SY::TestLock::test_acquire_nowait", "SY::TestLock::test_acquire_nowait_wouldblock"})
    void aHeldLockIsRefusedAtOnce() {
        var lock = Lock.create();
        lock.acquireNow();
        assertThat(lock.isLocked()).isTrue();
        TaskGroup.run(group ->
                group.startSoon(() -> assertThatThrownBy(lock::acquireNow).isInstanceOf(WouldBlockException.class)));
    }

    @AnyIOTest
    @Law({104})
    @Ported({"SY::TestLock::test_acquire_twice_async", "SY::TestLock::test_acquire_twice_sync"})
    void theOwnerCannotAcquireTwice() {
        for (Lock lock : new Lock[] {Lock.create(), Lock.fast()}) {
            lock.acquire();
            assertThatThrownBy(lock::acquire)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("holds this lock already");
            assertThatThrownBy(lock::acquireNow).isInstanceOf(IllegalStateException.class);
            lock.release();
            assertThat(lock.isLocked()).isFalse();
        }
    }

    @AnyIOTest
    @Law({100})
    @Ported({"SY::TestLock::test_cancel_during_acquire"})
    void aWaiterThatIsCancelledBeforeTheReleaseNeverGetsTheLock() {
        for (boolean releaseFirst : new boolean[] {true, false}) {
            var lock = Lock.create();
            boolean[] acquired = {false};
            TaskGroup.run(group -> {
                lock.acquire();
                group.startSoon(() -> lock.run(() -> acquired[0] = true));
                Await.until(() -> lock.statistics().tasksWaiting() == 1);
                group.cancel();
                if (releaseFirst) {
                    lock.release();
                    Await.settled();
                } else {
                    Await.settled();
                    lock.release();
                }
            });
            assertThat(acquired[0]).isFalse();
            assertThat(lock.isLocked()).isFalse();
        }
    }

    @AnyIOTest
    @Law({107})
    @Ported({"SY::TestLock::test_statistics"})
    void theStatisticsCountWhoWaits() {
        var lock = Lock.create();
        TaskGroup.run(group -> {
            assertThat(lock.statistics().locked()).isFalse();
            lock.run(() -> {
                assertThat(lock.statistics().locked()).isTrue();
                assertThat(lock.statistics().tasksWaiting()).isZero();
                for (int i = 1; i < 3; i++) {
                    var begun = Event.create();
                    group.startSoon(() -> {
                        begun.set();
                        lock.acquire();
                        lock.release();
                    });
                    begun.await();
                    int expected = i;
                    Await.until(() -> lock.statistics().tasksWaiting() == expected);
                }
            });
        });
        assertThat(lock.statistics().locked()).isFalse();
        assertThat(lock.statistics().owner()).isEmpty();
        assertThat(lock.statistics().tasksWaiting()).isZero();
    }

    @AnyIOTest
    @Law({103})
    @Ported({"SY::TestLock::test_asyncio_deadlock"})
    void cancellingTheHolderWhileItYieldsLeavesNoTaskStuck() {
        var lock = Lock.create();
        TaskGroup.run(group -> {
            var first = group.startSoon(() -> lock.run(AnyIO::checkpoint));
            var second = group.startSoon(() -> lock.run(AnyIO::checkpoint));
            AnyIO.checkpoint();
            first.cancel();
            Timeouts.failAfter(Duration.ofSeconds(20), second::join);
        });
        assertThat(lock.isLocked()).isFalse();
    }

    @AnyIOTest
    @Law({102})
    @Ported({"SY::TestLock::test_cancel_after_release"})
    void aWaiterThatIsCancelledAfterItWasHandedTheLockHasIt() {
        var lock = Lock.create();
        TaskGroup.run(group -> {
            lock.acquireNow();
            var waiter = group.startSoon(
                    TaskOptions.named("task1"),
                    () -> lock.run(() -> {
                        assertThat(lock.isLocked()).isTrue();
                        AnyIO.checkpoint();
                    }));
            Await.until(() -> lock.statistics().tasksWaiting() == 1);
            lock.release();
            waiter.cancel();
            assertThat(lock.statistics().owner().orElseThrow().name()).isEqualTo("task1");
            waiter.await();
            assertThat(lock.statistics().owner()).isEmpty();
            lock.acquireNow();
        });
    }

    @AnyIOTest
    @Law({101})
    @Ported({"SY::TestLock::test_cancelled_after_acquire"})
    void aWaiterThatIsCancelledBeforeTheReleaseIsPassedOver() {
        var lock = Lock.create();
        TaskGroup.run(group -> {
            lock.acquireNow();
            var waiter = group.startSoon(lock::acquire);
            Await.until(() -> lock.statistics().tasksWaiting() == 1);
            waiter.cancel();
            lock.release();
            assertThat(lock.statistics().tasksWaiting()).isZero();
            Timeouts.failAfter(Duration.ofSeconds(20), lock::acquire);
        });
    }

    @AnyIOTest
    @Law({109})
    @Ported({"SY::TestLock::test_instantiate_outside_event_loop"})
    void aLockCanBeMadeOutsideOfARun() {
        assertThat(MADE_OUTSIDE.statistics().owner()).isEmpty();
        MADE_OUTSIDE.run(() -> assertThat(MADE_OUTSIDE.isLocked()).isTrue());
        assertThat(MADE_OUTSIDE.isLocked()).isFalse();
    }

    @AnyIOTest
    @Law({99})
    @Ported({"SY::TestLock::test_owner_after_release"})
    void aReleasedLockBelongsToTheLongestWaiterAtOnce() {
        var lock = Lock.create();
        TaskGroup.run(group -> {
            var go = Event.create();
            group.startSoon(TaskOptions.named("task1"), () -> {
                lock.acquire();
                assertThat(lock.statistics().owner().orElseThrow().name()).isEqualTo("task1");
                assertThat(lock.statistics().owner().orElseThrow().id())
                        .isEqualTo(AnyIO.currentTask().id());
                go.await();
                lock.release();
                assertThat(lock.statistics().owner().orElseThrow().name()).isEqualTo("task2");
            });
            Await.until(lock::isLocked);
            group.startSoon(TaskOptions.named("task2"), () -> lock.run(() -> {}));
            Await.until(() -> lock.statistics().tasksWaiting() == 1);
            go.set();
        });
    }

    @AnyIOTest
    @Law({211})
    void aFreeLockIsNotTakenInACancelledScope() {
        for (Lock lock : new Lock[] {Lock.create(), Lock.fast()}) {
            var scope = CancelScope.open(inner -> {
                inner.cancel();
                assertThatThrownBy(lock::acquire).isInstanceOf(Cancelled.class);
                lock.acquire();
            });
            assertThat(scope.cancelledCaught()).isTrue();
            assertThat(lock.isLocked()).isFalse();
        }
    }
}
