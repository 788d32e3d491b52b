package io.anyio.testsuite.guarantees;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many pinned waits of all kinds, some of them at once, in random order beside tasks that sleep: each ends. */
class PinnedWaitsTest extends GuaranteeTestBase {
    private enum Wait {
        LOCK {
            @Override
            @SuppressWarnings("LockNotBeforeTry") // only the wait counts
            void take(TaskGroup group, Duration delay) throws Exception {
                var lock = new ReentrantLock();
                group.startSoon(() -> {
                    lock.lock();
                    try {
                        AnyIO.sleep(delay);
                    } finally {
                        lock.unlock();
                    }
                });
                AnyIO.checkpoint();
                SlowInitializer.initialize(() -> {
                    lock.lock();
                    try {
                        AnyIO.checkpoint();
                    } finally {
                        lock.unlock();
                    }
                });
            }
        },
        MONITOR {
            @Override
            void take(TaskGroup group, Duration delay) throws Exception {
                var monitor = new Object();
                boolean[] set = new boolean[1];
                group.startSoon(() -> {
                    AnyIO.sleep(delay);
                    synchronized (monitor) {
                        set[0] = true;
                        monitor.notifyAll();
                    }
                });
                SlowInitializer.initialize(() -> {
                    synchronized (monitor) {
                        while (!set[0]) {
                            monitor.wait();
                        }
                    }
                });
            }
        },
        FOREIGN_THEN_OURS {
            @Override
            void take(TaskGroup group, Duration delay) throws Exception {
                var latch = new CountDownLatch(1);
                group.startSoon(() -> {
                    AnyIO.sleep(delay);
                    latch.countDown();
                });
                SlowInitializer.initialize(() -> {
                    latch.await();
                    AnyIO.sleep(Duration.ofMillis(1));
                });
            }
        },
        CLASS {
            @Override
            void take(TaskGroup group, Duration delay) throws Exception {
                Event set = Event.create();
                var slow = new SlowInitializer(set::await);
                group.startSoon(slow::need);
                group.startSoon(slow::need);
                AnyIO.sleep(delay);
                set.set();
            }
        };

        /** Waits while pinned for something that a task of the group brings about after {@code delay}. */
        abstract void take(TaskGroup group, Duration delay) throws Exception;
    }

    @Test
    void eachEnds() throws Exception {
        rounds(12);
    }

    @Test
    @Tag("stress")
    void eachEndsManyTimes() throws Exception {
        rounds(1_500);
    }

    private static void rounds(int rounds) throws Exception {
        var random = new Random(17);
        List<Transport> transports = transports().toList();
        try (var _ = new CapturedLog("io.anyio")) {
            for (int i = 0; i < rounds; i++) {
                Transport transport = transports.get(random.nextInt(transports.size()));
                int atOnce = onLoopCarrier() ? 1 + random.nextInt(3) : 1; // elsewhere each takes one of few threads
                List<Wait> waits = random.ints(atOnce, 0, Wait.values().length)
                        .mapToObj(kind -> Wait.values()[kind])
                        .filter(wait -> wait != Wait.CLASS || onLoopCarrier())
                        .toList();
                Duration delay = Duration.ofMillis(random.nextInt(15));
                int others = random.nextInt(3);
                bounded(() -> {
                    AnyIO.run(() -> round(waits, delay, others), transport.options());
                    return null;
                });
            }
        }
    }

    private static void round(List<Wait> waits, Duration delay, int others) throws Exception {
        TaskGroup.run(group -> {
            for (int i = 0; i < others; i++) {
                group.startSoon(PinnedWaitsTest::sleepOften);
            }
            for (Wait wait : waits) {
                group.startSoon(() -> TaskGroup.run(own -> wait.take(own, delay)));
            }
        });
    }

    private static void sleepOften() {
        for (int i = 0; i < 15; i++) {
            AnyIO.sleep(Duration.ofMillis(1));
            AnyIO.checkpoint();
        }
    }
}
