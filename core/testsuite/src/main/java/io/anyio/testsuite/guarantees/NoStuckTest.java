package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that tasks of one loop that share a queue, lock or monitor of the JDK do not get stuck. */
class NoStuckTest extends GuaranteeTestBase {
    private static final Duration WHILE = Duration.ofMillis(1);

    private final AtomicInteger done = new AtomicInteger();
    private final CapturedLog lentTurns =
            new CapturedLog("io.anyio"); // expected on the portable carrier, so not printed

    @AfterEach
    void printLogAgain() {
        lentTurns.close();
    }

    private void hand(BlockingQueue<Integer> queue, int pairs, int items, boolean yielding) {
        TaskGroup.run(group -> {
            for (int pair = 0; pair < pairs; pair++) {
                group.startSoon(TaskOptions.named("producer"), () -> {
                    for (int i = 0; i < items; i++) {
                        queue.put(i);
                        if (yielding) {
                            AnyIO.checkpoint();
                        }
                    }
                });
                group.startSoon(TaskOptions.named("consumer"), () -> {
                    for (int i = 0; i < items; i++) {
                        queue.take();
                        done.incrementAndGet();
                        if (yielding) {
                            AnyIO.checkpoint();
                        }
                    }
                });
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void tasksThatMeetInABlockingQueueOfOne(Transport transport) throws Exception {
        run(transport, () -> {
            hand(new ArrayBlockingQueue<>(1), 4, 1000, false);
            hand(new ArrayBlockingQueue<>(1), 4, 10, true);
        });
        assertThat(done).hasValue(4040);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void tasksThatMeetInASynchronousQueue(Transport transport) throws Exception {
        run(transport, () -> hand(new SynchronousQueue<>(), 2, 20, true));
        assertThat(done).hasValue(40);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aLockHeldAcrossASleep(Transport transport) throws Exception {
        var lock = new ReentrantLock();
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 8; i++) {
                        group.startSoon(() -> {
                            for (int round = 0; round < 5; round++) {
                                lock.lock();
                                try {
                                    AnyIO.sleep(WHILE);
                                    done.incrementAndGet();
                                } finally {
                                    lock.unlock();
                                }
                            }
                        });
                    }
                }));
        assertThat(done).hasValue(40);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aMonitorHeldAcrossASleep(Transport transport) throws Exception {
        var monitor = new Object();
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 8; i++) {
                        group.startSoon(() -> {
                            for (int round = 0; round < 5; round++) {
                                synchronized (monitor) {
                                    AnyIO.sleep(WHILE);
                                    done.incrementAndGet();
                                }
                            }
                        });
                    }
                }));
        assertThat(done).hasValue(40);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aMonitorThatIsWaitedForAndNotified(Transport transport) throws Exception {
        var monitor = new Object();
        run(
                transport,
                () -> TaskGroup.run(group -> {
                    group.startSoon(TaskOptions.named("waits"), () -> {
                        synchronized (monitor) {
                            while (done.get() == 0) {
                                monitor.wait();
                            }
                        }
                    });
                    group.startSoon(TaskOptions.named("notifies"), () -> {
                        AnyIO.sleep(WHILE);
                        synchronized (monitor) {
                            done.set(1);
                            monitor.notifyAll();
                        }
                    });
                }));
        assertThat(done).hasValue(1);
    }
}
