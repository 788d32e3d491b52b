package io.anyio.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.lowlevel.TaskRef;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A limiter under many interleavings: no token lost or granted twice, whatever happens to the total. */
class CapacityLimiterTest {
    private long round; // makes the random choices of a program differ between seeds

    @SimulatedTest(seeds = 200)
    void noTokenIsLostOrGrantedTwice() {
        contend(TaskOptions.DEFAULTS);
    }

    @SimulatedTest(seeds = 200, loops = 2)
    void noTokenIsLostOrGrantedTwiceOnTwoLoops() {
        contend(TaskOptions.DEFAULTS.withSpread(true));
    }

    private void contend(TaskOptions options) {
        var random = new SplittableRandom(round++);
        int[] most = {1 + random.nextInt(3)};
        var limiter = CapacityLimiter.create(most[0]);
        int[] holders = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 10; i++) {
                int patience = random.nextInt(6);
                int work = random.nextInt(4);
                var handle = group.startSoon(
                        options,
                        () -> Timeouts.moveOnAfter(
                                Duration.ofMillis(patience),
                                () -> limiter.run(() -> {
                                    assertThat(++holders[0]).isLessThanOrEqualTo(most[0]);
                                    try {
                                        AnyIO.sleep(Duration.ofMillis(work));
                                    } finally {
                                        holders[0]--;
                                    }
                                })));
                if (random.nextInt(4) == 0) {
                    group.startSoon(() -> {
                        AnyIO.checkpoint();
                        handle.cancel();
                    });
                }
            }
            int higher = random.nextInt(5);
            group.startSoon(() -> {
                AnyIO.sleep(Duration.ofMillis(1));
                most[0] = Math.max(most[0], higher);
                limiter.setTotalTokens(0);
                AnyIO.sleep(Duration.ofMillis(1));
                limiter.setTotalTokens(higher);
                AnyIO.sleep(Duration.ofMillis(20));
                limiter.setTotalTokens(CapacityLimiter.UNLIMITED);
                most[0] = CapacityLimiter.UNLIMITED;
            });
        });
        assertThat(limiter.statistics())
                .isEqualTo(new CapacityLimiterStatistics(0, CapacityLimiter.UNLIMITED, List.of(), 0))
                .hasToString("CapacityLimiterStatistics[borrowedTokens=0, totalTokens=unlimited, borrowers=[],"
                        + " tasksWaiting=0]");
        assertThat(limiter.availableTokens()).isEqualTo(CapacityLimiter.UNLIMITED);
    }

    @SimulatedTest(seeds = 50)
    void theBooksHoldForManyBorrowersWhoComeAndGoInAnyOrder() {
        var random = new SplittableRandom(round++);
        var limiter = CapacityLimiter.create(CapacityLimiter.UNLIMITED);
        Set<Object> holders = new HashSet<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 60; i++) {
                int patience = random.nextInt(100);
                int work = random.nextInt(100);
                Object other = Integer.valueOf(i / 2); // of two with the same number the second is refused
                group.startSoon(() -> {
                    Object me = TaskRef.current("test");
                    AnyIO.sleep(Duration.ofMillis(patience));
                    limiter.acquireNow();
                    holders.add(me);
                    assertThatIllegalStateException().isThrownBy(limiter::acquireNow);
                    if (holders.add(other)) {
                        limiter.acquireOnBehalfOfNow(other);
                    } else {
                        assertThatIllegalStateException().isThrownBy(() -> limiter.acquireOnBehalfOfNow(other));
                    }
                    assertThat(limiter.statistics().borrowers()).containsExactlyInAnyOrderElementsOf(holders);
                    AnyIO.sleep(Duration.ofMillis(work));
                    limiter.release();
                    holders.remove(me);
                    assertThatIllegalStateException().isThrownBy(limiter::release);
                    if (holders.remove(other)) {
                        limiter.releaseOnBehalfOf(other);
                    }
                    assertThat(limiter.statistics().borrowers()).containsExactlyInAnyOrderElementsOf(holders);
                });
            }
        });
        assertThat(limiter.borrowedTokens()).isZero();
    }

    @SimulatedTest(seeds = 200)
    void waitersGetTokensInTheOrderOfArrivalWhenTheTotalGrows() {
        var limiter = CapacityLimiter.create(0);
        List<Integer> order = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                group.startSoon(() -> limiter.run(() -> order.add(number)));
                while (limiter.statistics().tasksWaiting() == i) {
                    AnyIO.checkpoint();
                }
            }
            limiter.setTotalTokens(1);
            assertThatThrownBy(limiter::acquireNow).isInstanceOf(WouldBlockException.class);
        });
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @SimulatedTest(seeds = 200, loops = 2)
    void aBorrowerWhoseTaskWasCancelledCanAskAgainAtOnce() {
        var limiter = CapacityLimiter.create(1);
        TaskGroup.run(group -> {
            limiter.acquireOnBehalfOfNow("a");
            var waiter = group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> limiter.acquireOnBehalfOf("b"));
            while (limiter.statistics().tasksWaiting() == 0) {
                AnyIO.checkpoint();
            }
            waiter.cancel();
            limiter.releaseOnBehalfOf("a");
            assertThat(limiter.statistics().tasksWaiting()).isZero();
            limiter.acquireOnBehalfOfNow("b");
            waiter.await();
            assertThat(limiter.statistics().borrowers()).containsExactly("b");
            limiter.releaseOnBehalfOf("b");
        });
        assertThat(limiter.borrowedTokens()).isZero();
    }

    /** A borrower with its own idea of equality, and with the same hash code as all others. */
    private record Named(String name) {
        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void borrowersAreToldApartByEquals() {
        var limiter = CapacityLimiter.create(3);
        limiter.acquireOnBehalfOfNow(new Named("a"));
        limiter.acquireOnBehalfOfNow(new Named("b"));
        assertThatThrownBy(() -> limiter.acquireOnBehalfOfNow(new Named("a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("holds a token of this limiter already");
        limiter.releaseOnBehalfOf(new Named("a"));
        assertThatThrownBy(() -> limiter.releaseOnBehalfOf(new Named("a"))).isInstanceOf(IllegalStateException.class);
        assertThat(limiter.statistics().borrowers()).containsExactly(new Named("b"));
        assertThat(limiter).hasToString("CapacityLimiter[1 of 3 borrowed]");
    }
}
