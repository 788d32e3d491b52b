package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.WouldBlockException;
import io.anyio.select.Select;
import io.anyio.sync.Lock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Stress tests of a lock used by tasks of several loops. */
class LockStressTest extends Stress {
    @Override
    Stream<Property> properties() {
        return Stream.of(
                new Property(
                        "one task at a time is inside, however it came in", steps -> exclude(Lock.create(), steps)),
                new Property("a fast lock excludes as well", steps -> exclude(Lock.fast(), steps)));
    }

    private static void exclude(Lock lock, int steps) throws Exception {
        var inside = new AtomicInteger();
        int[] sections = new int[1]; // guarded by the lock
        new StressHarness()
                .run(
                        task -> {
                            for (int i = 0; i < steps; i++) {
                                untilDone(task, () -> {
                                    enter(lock);
                                    try {
                                        assertThat(inside.incrementAndGet()).isOne();
                                        sections[0]++;
                                        if (now(4)) {
                                            AnyIO.cancelShieldedCheckpoint();
                                        }
                                        inside.decrementAndGet();
                                    } finally {
                                        lock.release();
                                    }
                                    return true;
                                });
                            }
                        },
                        _ -> {
                            for (int i = 0; i < steps; i++) {
                                assertThat(lock.statistics().tasksWaiting()).isBetween(0, StressHarness.TASKS);
                            }
                        });
        assertThat(sections[0]).isEqualTo(StressHarness.TASKS * steps);
        assertThat(lock.isLocked()).isFalse();
        assertThat(lock.statistics().tasksWaiting()).isZero();
    }

    /** Acquires the lock in one of three ways. */
    private static void enter(Lock lock) {
        if (now(3)) {
            try {
                lock.acquireNow();
                return;
            } catch (WouldBlockException held) {
                // try another way
            }
        }
        if (now(2)) {
            Select.first(lock.onAcquire());
        } else {
            lock.acquire();
        }
    }
}
