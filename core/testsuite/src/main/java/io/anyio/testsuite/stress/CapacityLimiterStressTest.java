package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.WouldBlockException;
import io.anyio.sync.CapacityLimiter;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Stress tests of a capacity limiter used by tasks of several loops and by threads that are not tasks. */
class CapacityLimiterStressTest extends Stress {
    private static final int MOST = 3;

    @Override
    Stream<Property> properties() {
        return Stream.of(
                new Property("no more are inside than there are tokens", steps -> limit(steps, false)),
                new Property("no waiter is forgotten while the number of tokens changes", steps -> limit(steps, true)));
    }

    private static void limit(int steps, boolean changing) throws Exception {
        var limiter = CapacityLimiter.create(MOST);
        var inside = new AtomicInteger();
        var harness = new StressHarness();
        harness.run(
                task -> {
                    for (int i = 0; i < steps; i++) {
                        untilDone(task, () -> {
                            limiter.run(() -> visit(inside, AnyIO::cancelShieldedCheckpoint));
                            return true;
                        });
                    }
                },
                thread -> {
                    var borrower = "thread " + thread;
                    for (int i = 0; i < steps; i++) {
                        if (changing && thread == 0) {
                            limiter.setTotalTokens(ThreadLocalRandom.current().nextInt(MOST + 1));
                        }
                        if (took(limiter, borrower)) {
                            visit(inside, Thread::onSpinWait);
                            limiter.releaseOnBehalfOf(borrower);
                        }
                    }
                    if (thread == 0) {
                        limiter.setTotalTokens(MOST);
                    }
                });
        var statistics = limiter.statistics();
        assertThat(statistics.borrowedTokens()).isZero();
        assertThat(statistics.borrowers()).isEmpty();
        assertThat(statistics.tasksWaiting()).isZero();
        assertThat(limiter.availableTokens()).isEqualTo(MOST);
    }

    private static void visit(AtomicInteger inside, Runnable pause) {
        assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(MOST);
        pause.run();
        inside.decrementAndGet();
    }

    private static boolean took(CapacityLimiter limiter, Object borrower) {
        try {
            limiter.acquireOnBehalfOfNow(borrower);
            return true;
        } catch (WouldBlockException none) {
            return false;
        }
    }
}
