package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.sync.Condition;
import io.anyio.sync.Lock;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;

/** Tests of conditions: waiting under a lock for a change. */
class ConditionLawsTest {
    private static final Condition MADE_OUTSIDE = Condition.create();

    private static int waiting(Condition condition) {
        return condition.statistics().tasksWaiting();
    }

    @AnyIOTest
    @Law({110})
    @Ported({"SY::TestCondition::test_contextmanager", "SY::TestCondition::test_manual_acquire"})
    void aSignalWakesWhoWaits() {
        var condition = Condition.create();
        TaskGroup.run(group -> {
            condition.acquire();
            assertThat(condition.isLocked()).isTrue();
            group.startSoon(() -> condition.run(condition::signalAll));
            condition.await();
            assertThat(condition.isLocked()).isTrue();
            condition.release();
        });
        assertThat(condition.isLocked()).isFalse();
    }

    @AnyIOTest
    @Law({105})
    @Ported({"SY::TestCondition::test_acquire_nowait", "SY::TestCondition::test_acquire_nowait_wouldblock"})
    void aHeldConditionIsRefusedAtOnce() {
        var condition = Condition.create();
        condition.acquireNow();
        TaskGroup.run(group -> group.startSoon(
                () -> assertThatThrownBy(condition::acquireNow).isInstanceOf(WouldBlockException.class)));
    }

    @AnyIOTest
    @Law({111})
    @Ported({"SY::TestCondition::test_wait_cancel"})
    void aCancelledWaitTakesTheLockBackBeforeItThrows() {
        var condition = Condition.create();
        boolean[] signalled = {false};
        boolean[] held = {false};
        TaskGroup.run(group -> {
            group.startSoon(
                    TaskOptions.named("waiter"),
                    () -> condition.run(() -> {
                        try {
                            condition.await();
                            signalled[0] = true;
                        } finally {
                            held[0] = condition
                                            .statistics()
                                            .lockStatistics()
                                            .owner()
                                            .orElseThrow()
                                            .id()
                                    == AnyIO.currentTask().id();
                        }
                    }));
            Await.until(() -> waiting(condition) == 1);
            condition.acquire();
            group.cancel();
            Await.settled();
            assertThat(held[0]).isFalse();
            condition.release();
        });
        assertThat(held[0]).isTrue();
        assertThat(signalled[0]).isFalse();
        assertThat(condition.isLocked()).isFalse();
    }

    @AnyIOTest
    @Law({112})
    @Ported({"SY::TestCondition::test_notification_handover_on_cancel"})
    void aSignalForACancelledWaiterGoesToTheNext() {
        var condition = Condition.create();
        TaskGroup.run(group -> {
            var first = group.startSoon(() -> condition.run(condition::await));
            Await.until(() -> waiting(condition) == 1);
            var second = group.startSoon(() -> condition.run(condition::await));
            Await.until(() -> waiting(condition) == 2);
            condition.run(() -> {
                first.cancel();
                condition.signal(1);
            });
            Timeouts.failAfter(Duration.ofSeconds(20), second::join);
        });
    }

    @AnyIOTest
    @Law({110})
    @Ported({"SY::TestCondition::test_wait_no_lock"})
    void whoDoesNotHoldTheLockCanNeitherWaitNorSignal() {
        var lock = Lock.create();
        var condition = Condition.create(lock);
        assertThatThrownBy(condition::await)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not hold");
        assertThatThrownBy(condition::signal).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> condition.awaitFor(() -> false)).isInstanceOf(IllegalStateException.class);
        assertThat(condition.awaitFor(() -> "at once")).isEqualTo("at once"); // returns without waiting
        condition.run(() -> {});
        assertThatThrownBy(condition::signalAll).isInstanceOf(IllegalStateException.class);
        lock.run(condition::signalAll);
        assertThat(waiting(condition)).isZero();
    }

    @AnyIOTest
    @Law({107, 114})
    @Ported({"SY::TestCondition::test_statistics"})
    void signallingOneWakesExactlyOne() {
        var condition = Condition.create();
        int[] woken = {0};
        TaskGroup.run(group -> {
            assertThat(condition.statistics().lockStatistics().locked()).isFalse();
            for (int i = 1; i < 3; i++) {
                int expected = i;
                group.startSoon(() -> condition.run(() -> {
                    condition.await();
                    woken[0]++;
                }));
                Await.until(() -> waiting(condition) == expected);
            }
            for (int i = 1; i >= 0; i--) {
                int left = i;
                condition.run(() -> {
                    assertThat(condition.statistics().lockStatistics().locked()).isTrue();
                    condition.signal(1);
                    assertThat(waiting(condition)).isEqualTo(left);
                });
                Await.settled();
                assertThat(waiting(condition)).isEqualTo(left);
                Await.until(() -> woken[0] == 2 - left);
            }
        });
        assertThat(condition.statistics().lockStatistics().locked()).isFalse();
    }

    @AnyIOTest
    @Law({109})
    @Ported({"SY::TestCondition::test_instantiate_outside_event_loop"})
    void aConditionCanBeMadeOutsideOfARun() {
        assertThat(waiting(MADE_OUTSIDE)).isZero();
        MADE_OUTSIDE.run(MADE_OUTSIDE::signalAll);
    }

    @AnyIOTest
    @Law({113})
    @Ported({"SY::TestCondition::test_wait_for"})
    void waitingForAPredicateLooksAgainAfterEachSignalAndGivesItsValue() {
        var condition = Condition.create();
        String[] value = {null};
        String[] result = {null};
        int[] looks = {0};
        TaskGroup.run(group -> {
            group.startSoon(() -> condition.run(() -> result[0] = condition.awaitFor(() -> {
                looks[0]++;
                return value[0];
            })));
            Await.until(() -> waiting(condition) == 1);
            condition.run(condition::signalAll);
            Await.until(() -> looks[0] == 2 && waiting(condition) == 1);
            assertThat(result[0]).isNull();
            value[0] = "foo";
            condition.run(condition::signalAll);
        });
        assertThat(result[0]).isEqualTo("foo");
        assertThat(looks[0]).isEqualTo(3);
    }
}
