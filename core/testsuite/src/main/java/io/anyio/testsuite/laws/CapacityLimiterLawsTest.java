package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Tests of capacity limiters: one token for each borrower. */
class CapacityLimiterLawsTest {
    private static final CapacityLimiter MADE_OUTSIDE = CapacityLimiter.create(1);

    static {
        MADE_OUTSIDE.setTotalTokens(0);
        MADE_OUTSIDE.setTotalTokens(2);
    }

    private static int waiting(CapacityLimiter limiter) {
        return limiter.statistics().tasksWaiting();
    }

    @AnyIOTest
    @Law({118})
    @Ported({
        "SY::TestCapacityLimiter::test_bad_init_value",
        "SY::TestCapacityLimiter::test_zero_tokens",
        "SY::TestCapacityLimiter::test_zero_tokens_outside_event_loop",
        "SY::TestCapacityLimiter::test_float_infinity_outside_event_loop"
    })
    void theTotalIsZeroOrMoreOrUnlimited() {
        assertThatThrownBy(() -> CapacityLimiter.create(-1)).isInstanceOf(IllegalArgumentException.class);
        var limiter = CapacityLimiter.create(0);
        assertThatThrownBy(() -> limiter.setTotalTokens(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(limiter.totalTokens()).isZero();
        assertThatThrownBy(limiter::acquireNow).isInstanceOf(WouldBlockException.class);
        limiter.setTotalTokens(CapacityLimiter.UNLIMITED);
        limiter.acquireNow();
        assertThat(limiter.availableTokens()).isEqualTo(CapacityLimiter.UNLIMITED);
    }

    @AnyIOTest
    @Law({109, 118})
    @Ported({"SY::TestCapacityLimiter::test_instantiate_outside_event_loop"})
    void aLimiterCanBeMadeOutsideOfARun() {
        assertThat(MADE_OUTSIDE.totalTokens()).isEqualTo(2);
        assertThat(MADE_OUTSIDE.statistics().borrowers()).isEmpty();
        MADE_OUTSIDE.run(() -> assertThat(MADE_OUTSIDE.borrowedTokens()).isEqualTo(1));
        assertThat(MADE_OUTSIDE.borrowedTokens()).isZero();
    }

    @AnyIOTest
    @Law({119})
    @Ported({"SY::TestCapacityLimiter::test_borrow"})
    void aTokenIsBorrowedAndComesBack() {
        var limiter = CapacityLimiter.create(2);
        assertThat(limiter.availableTokens()).isEqualTo(2);
        limiter.run(() -> {
            assertThat(limiter.totalTokens()).isEqualTo(2);
            assertThat(limiter.availableTokens()).isEqualTo(1);
            assertThat(limiter.borrowedTokens()).isEqualTo(1);
        });
        assertThat(limiter.availableTokens()).isEqualTo(2);
    }

    @AnyIOTest
    @Law({124})
    @Ported({"SY::TestCapacityLimiter::test_limit"})
    void thereAreNeverMoreHoldersThanTokens() {
        var limiter = CapacityLimiter.create(1);
        int[] holders = {0};
        int[] times = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(() -> {
                    for (int n = 0; n < 5; n++) {
                        limiter.run(() -> {
                            assertThat(holders[0]++).isZero();
                            Await.settled();
                            holders[0]--;
                            times[0]++;
                        });
                    }
                });
            }
        });
        assertThat(times[0]).isEqualTo(15);
    }

    @AnyIOTest
    @Law({119})
    @Ported({"SY::TestCapacityLimiter::test_borrow_twice", "SY::TestCapacityLimiter::test_bad_release"})
    void aBorrowerHasOneTokenAndOnlyGivesBackWhatItHas() {
        var limiter = CapacityLimiter.create(2);
        assertThatThrownBy(limiter::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("holds no token");
        limiter.acquire();
        assertThatThrownBy(limiter::acquire)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("holds a token of this limiter already");
        assertThatThrownBy(limiter::acquireNow).isInstanceOf(IllegalStateException.class);
        assertThat(limiter.borrowedTokens()).isEqualTo(1);
        TaskGroup.run(group ->
                group.startSoon(() -> assertThatThrownBy(limiter::release).isInstanceOf(IllegalStateException.class)));
        limiter.release();
        assertThat(limiter.borrowedTokens()).isZero();
    }

    @AnyIOTest
    @Law({121})
    @Ported({"SY::TestCapacityLimiter::test_increase_tokens"})
    void moreTokensWakeWhoWaits() {
        var limiter = CapacityLimiter.create(1);
        var first = Event.create();
        var second = Event.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                first.await();
                limiter.run(second::set);
            });
            group.startSoon(() -> limiter.run(() -> {
                first.set();
                second.await();
            }));
            Await.until(() -> waiting(limiter) == 1);
            assertThat(second.isSet()).isFalse();
            limiter.setTotalTokens(2);
        });
        assertThat(second.isSet()).isTrue();
    }

    @AnyIOTest
    @Law({121})
    @Ported({"SY::TestCapacityLimiter::test_increase_tokens_lets_others_acquire"})
    void moreTokensLetNewcomersInToo() {
        var limiter = CapacityLimiter.create(1);
        int[] entered = {0};
        TaskGroup.run(group -> {
            var goOn = Event.create();
            Block<RuntimeException> worker = () -> limiter.run(() -> {
                entered[0]++;
                goOn.await();
            });
            group.startSoon(worker);
            group.startSoon(worker);
            Await.until(() -> waiting(limiter) == 1 && entered[0] == 1);
            Await.settled();
            assertThat(entered[0]).isEqualTo(1);
            limiter.setTotalTokens(3);
            group.startSoon(worker);
            Await.until(() -> entered[0] == 3);
            goOn.set();
        });
    }

    @AnyIOTest
    @Law({107})
    @Ported({"SY::TestCapacityLimiter::test_statistics"})
    void theStatisticsCountWhoBorrowsAndWaits() {
        var limiter = CapacityLimiter.create(1);
        TaskGroup.run(group -> limiter.run(() -> {
            assertThat(limiter.statistics().borrowers()).hasSize(1);
            for (int i = 1; i < 3; i++) {
                int expected = i;
                group.startSoon(() -> limiter.run(() -> {}));
                Await.until(() -> waiting(limiter) == expected);
                assertThat(limiter.statistics().borrowers()).hasSize(1);
            }
        }));
        assertThat(waiting(limiter)).isZero();
        assertThat(limiter.statistics().borrowedTokens()).isZero();
        assertThat(limiter.statistics().borrowers()).isEmpty();
    }

    @AnyIOTest
    @Law({103})
    @Ported({"SY::TestCapacityLimiter::test_asyncio_deadlock"})
    void cancellingTheHolderWhileItYieldsLeavesNoTaskStuck() {
        var limiter = CapacityLimiter.create(1);
        TaskGroup.run(group -> {
            var first = group.startSoon(() -> limiter.run(AnyIO::checkpoint));
            var second = group.startSoon(() -> limiter.run(AnyIO::checkpoint));
            AnyIO.checkpoint();
            first.cancel();
            Timeouts.failAfter(Duration.ofSeconds(20), second::join);
        });
        assertThat(limiter.borrowedTokens()).isZero();
    }

    @AnyIOTest
    @Law({120})
    @Ported({"SY::TestCapacityLimiter::test_ordered_queue"})
    void waitersGetTokensInTheOrderOfArrival() {
        var limiter = CapacityLimiter.create(1);
        List<Integer> order = new ArrayList<>();
        TaskGroup.run(group -> {
            limiter.acquire();
            for (int i = 0; i < 4; i++) {
                int number = i;
                group.startSoon(() -> limiter.run(() -> order.add(number)));
                Await.until(() -> waiting(limiter) == number + 1);
            }
            limiter.release();
        });
        assertThat(order).containsExactly(0, 1, 2, 3);
    }

    @AnyIOTest
    @Law({123})
    @Ported({"SY::TestCapacityLimiter::test_acquire_cancelled"})
    void aWaiterThatIsCancelledAroundItsGrantPassesTheTokenOn() {
        for (boolean cancelFirst : new boolean[] {true, false}) {
            var limiter = CapacityLimiter.create(1);
            TaskGroup.run(group -> {
                limiter.acquire();
                var first = group.startSoon(() -> limiter.run(AnyIO::checkpoint));
                Await.until(() -> waiting(limiter) == 1);
                var second = group.startSoon(() -> limiter.run(AnyIO::checkpoint));
                Await.until(() -> waiting(limiter) == 2);
                if (cancelFirst) {
                    first.cancel();
                    limiter.release();
                } else {
                    limiter.release();
                    first.cancel();
                }
                Timeouts.failAfter(Duration.ofSeconds(20), second::join);
            });
            assertThat(limiter.borrowedTokens()).isZero();
        }
    }

    @AnyIOTest
    @Law({125})
    @Ported({"SY::TestCapacityLimiter::test_acquire_nowait", "SY::TestCapacityLimiter::test_acquire_on_behalf_of_nowait"
    })
    void withoutATokenTheCallThatDoesNotWaitIsRefused() {
        var limiter = CapacityLimiter.create(1);
        limiter.acquireNow();
        TaskGroup.run(group ->
                group.startSoon(() -> assertThatThrownBy(limiter::acquireNow).isInstanceOf(WouldBlockException.class)));
        limiter.release();
        limiter.acquireOnBehalfOfNow("a");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> limiter.acquireOnBehalfOfNow("b")).isInstanceOf(WouldBlockException.class);
        }
    }

    @AnyIOTest
    @Law({122})
    @Ported({"SY::TestCapacityLimiter::test_nowait_acquire_after_release_does_not_oversubscribe"})
    void aTokenThatWasHandedOverCannotBeSnatched() {
        var limiter = CapacityLimiter.create(1);
        limiter.acquireOnBehalfOfNow("A");
        TaskGroup.run(group -> {
            group.startSoon(() -> limiter.acquireOnBehalfOf("B"));
            Await.until(() -> waiting(limiter) == 1);
            limiter.releaseOnBehalfOf("A");
            assertThatThrownBy(() -> limiter.acquireOnBehalfOfNow("X")).isInstanceOf(WouldBlockException.class);
        });
        assertThat(limiter.borrowedTokens()).isEqualTo(1);
        assertThat(limiter.availableTokens()).isZero();
        assertThat(limiter.statistics().borrowers()).containsExactly("B");
        limiter.releaseOnBehalfOf("B");
    }

    @AnyIOTest
    @Law({211})
    void aFreeTokenIsNotTakenInACancelledScope() {
        var limiter = CapacityLimiter.create(1);
        CancelScope.open(scope -> {
            scope.cancel();
            assertThatThrownBy(limiter::acquire).isInstanceOf(Cancelled.class);
        });
        assertThat(limiter.borrowedTokens()).isZero();
        limiter.acquire();
    }

    @AnyIOTest
    @Law({214})
    void loweringAndRaisingTheTotalGrantsNoMoreThanThereIs() {
        var limiter = CapacityLimiter.create(3);
        TaskGroup.run(group -> {
            for (String borrower : List.of("a", "b", "c")) {
                limiter.acquireOnBehalfOf(borrower);
            }
            group.startSoon(() -> limiter.acquireOnBehalfOf("d"));
            Await.until(() -> waiting(limiter) == 1);
            limiter.setTotalTokens(1);
            assertThat(limiter.availableTokens()).isEqualTo(-2);
            limiter.setTotalTokens(3); // AnyIO grants two more here
            assertThat(waiting(limiter)).isEqualTo(1);
            limiter.setTotalTokens(2);
            limiter.releaseOnBehalfOf("a");
            assertThat(waiting(limiter)).isEqualTo(1);
            limiter.releaseOnBehalfOf("b");
            assertThat(waiting(limiter)).isZero();
        });
        assertThat(limiter.statistics().borrowers()).containsExactlyInAnyOrder("c", "d");
    }

    @AnyIOTest
    @Law({215})
    void aSecondWaiterForTheSameBorrowerIsRefused() {
        var limiter = CapacityLimiter.create(1);
        TaskGroup.run(group -> {
            limiter.acquireOnBehalfOf("a");
            var waiter = group.startSoon(() -> limiter.acquireOnBehalfOf("b"));
            Await.until(() -> waiting(limiter) == 1);
            assertThatThrownBy(() -> limiter.acquireOnBehalfOf("b"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is already waiting");
            assertThatThrownBy(() -> limiter.releaseOnBehalfOf("b")).isInstanceOf(IllegalStateException.class);
            limiter.releaseOnBehalfOf("a");
            waiter.join();
        });
        assertThat(limiter.statistics().borrowers()).containsExactly("b");
    }
}
