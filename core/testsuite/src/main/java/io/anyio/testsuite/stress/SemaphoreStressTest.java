package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.WouldBlockException;
import io.anyio.sync.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Stress tests of a semaphore used by tasks of several loops and by threads that are not tasks. */
class SemaphoreStressTest extends Stress {
    private static final int SLOTS = 3;

    @Override
    Stream<Property> properties() {
        return Stream.of(
                new Property(
                        "no more are inside than there are slots, and all slots come back", SemaphoreStressTest::limit),
                new Property("every slot that a thread gives wakes one task", SemaphoreStressTest::give));
    }

    private static void limit(int steps) throws Exception {
        var semaphore = Semaphore.create(SLOTS, SLOTS);
        var inside = new AtomicInteger();
        var harness = new StressHarness();
        harness.run(
                task -> {
                    for (int i = 0; i < steps; i++) {
                        untilDone(task, () -> {
                            semaphore.run(() -> visit(inside, AnyIO::cancelShieldedCheckpoint));
                            return true;
                        });
                    }
                },
                _ -> {
                    for (int i = 0; i < steps; i++) {
                        harness.until(() -> took(semaphore));
                        visit(inside, Thread::onSpinWait);
                        semaphore.release();
                    }
                });
        assertThat(semaphore.value()).isEqualTo(SLOTS);
        assertThat(semaphore.statistics().tasksWaiting()).isZero();
    }

    private static void visit(AtomicInteger inside, Runnable pause) {
        assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(SLOTS);
        pause.run();
        inside.decrementAndGet();
    }

    private static boolean took(Semaphore semaphore) {
        try {
            semaphore.acquireNow();
            return true;
        } catch (WouldBlockException none) {
            return false;
        }
    }

    /** Exactly as many slots as requested: a lost one leaves a task waiting. */
    private static void give(int steps) throws Exception {
        var semaphore = Semaphore.create(0);
        new StressHarness()
                .run(
                        task -> {
                            for (int i = 0; i < steps; i++) {
                                untilDone(task, () -> {
                                    semaphore.acquire();
                                    return true;
                                });
                            }
                        },
                        _ -> {
                            for (int i = 0; i < steps * StressHarness.TASKS / StressHarness.THREADS; i++) {
                                semaphore.release();
                            }
                        });
        assertThat(semaphore.value()).isZero();
        assertThat(semaphore.statistics().tasksWaiting()).isZero();
    }
}
