package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that no other task of a loop runs between two suspension points: a plain int counts as well as an atomic. */
class ExclusivityTest extends GuaranteeTestBase {
    private static final int TASKS = 64;
    private static final int INCREMENTS = 1_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private int counter; // deliberately plain

    @ParameterizedTest
    @MethodSource("transports")
    void noIncrementOfAPlainIntIsLost(Transport transport) throws Exception {
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < TASKS; i++) {
                        var random = new SplittableRandom(i);
                        group.startSoon(() -> increment(random));
                    }
                }));
        assertThat(counter).isEqualTo(TASKS * INCREMENTS);
    }

    private void increment(SplittableRandom random) {
        int done = 0;
        while (done < INCREMENTS) {
            int some = Math.min(random.nextInt(1, 1000), INCREMENTS - done);
            for (int i = 0; i < some; i++) {
                counter++;
            }
            done += some;
            pause(random.nextInt(100));
        }
    }

    /** Pauses between two increments; pauses that lend the turn on the portable carrier are excluded there. */
    @SuppressWarnings("ThreadPriorityCheck")
    private void pause(int choice) {
        if (choice == 0) {
            Thread.yield();
        } else if (choice == 1 && onLoopCarrier()) {
            lock.lock();
            try {
                Thread.yield(); // others queue for the lock
            } finally {
                lock.unlock();
            }
        } else {
            AnyIO.checkpoint();
        }
    }

    /**
     * Whether the wait is one of the library or a foreign one, behind which the task may run beside others at first.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void aTaskThatWasPinnedRunsAloneBehindItsSuspensionPoints(Transport transport) throws Exception {
        var running = new AtomicInteger();
        Runnable alone = () -> {
            assertThat(running.incrementAndGet()).isEqualTo(1);
            long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(500);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            running.decrementAndGet();
        };
        try (var _ = new CapturedLog("io.anyio")) {
            run(
                    transport,
                    () -> TaskGroup.run(group -> {
                        boolean[] over = new boolean[1];
                        var helped = new CountDownLatch(200);
                        for (int i = 0; i < 2; i++) {
                            group.startSoon(() -> {
                                while (!over[0]) {
                                    alone.run();
                                    helped.countDown();
                                    AnyIO.checkpoint();
                                }
                            });
                        }
                        SlowInitializer.initialize(() -> {
                            for (int i = 0; i < 5; i++) {
                                AnyIO.sleep(Duration.ofMillis(12));
                                alone.run();
                            }
                        });
                        SlowInitializer.initialize(() -> {
                            helped.await(); // for the others, which run meanwhile
                            for (int i = 0; i < 5; i++) {
                                AnyIO.checkpoint();
                                alone.run();
                            }
                        });
                        over[0] = true;
                    }));
        }
    }
}
