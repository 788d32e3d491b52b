package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.net.Tcp;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tasks that wait inside of a class initializer, which pins them to the thread that runs them. */
class PinnedWaitTest extends GuaranteeTestBase {
    private static void runOn(Transport transport, Block<Exception> main) throws Exception {
        try (var _ = new CapturedLog("io.anyio")) {
            bounded(() -> {
                AnyIO.run(main, transport.options());
                return null;
            });
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aSleepEnds(Transport transport) throws Exception {
        runOn(transport, () -> SlowInitializer.initialize(() -> AnyIO.sleep(Duration.ofMillis(30))));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anEventThatAnotherTaskSetsIsSeen(Transport transport) throws Exception {
        runOn(transport, () -> {
            Event set = Event.create();
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    AnyIO.sleep(Duration.ofMillis(5));
                    set.set();
                });
                SlowInitializer.initialize(set::await);
            });
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTimeOutAroundItStrikes(Transport transport) throws Exception {
        runOn(transport, () -> {
            boolean[] cancelled = new boolean[1];
            CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(20), () -> {
                try {
                    SlowInitializer.initialize(AnyIO::sleepForever);
                } catch (ExceptionInInitializerError | Cancelled e) {
                    cancelled[0] = true;
                    AnyIO.checkpoint();
                }
            });
            assertThat(cancelled[0]).isTrue();
            assertThat(scope.cancelledCaught()).isTrue();
        });
    }

    /** The pinned task and the others never run at the same time: each adds to a plain number. */
    @ParameterizedTest
    @MethodSource("transports")
    void exclusivityHoldsInAWaitOfTheLibrary(Transport transport) throws Exception {
        int[] sum = new int[1];
        int[] expected = new int[1];
        runOn(transport, () -> {
            Lock lock = Lock.create();
            boolean[] over = new boolean[1];
            TaskGroup.run(group -> {
                for (int i = 0; i < 3; i++) {
                    group.startSoon(() -> {
                        while (!over[0]) {
                            lock.run(() -> {
                                for (int n = 0; n < 1_000; n++) {
                                    sum[0]++;
                                    expected[0]++;
                                }
                            });
                            AnyIO.sleep(Duration.ofMillis(1));
                        }
                    });
                }
                for (int i = 0; i < 5; i++) {
                    SlowInitializer.initialize(() -> {
                        for (int wait = 0; wait < 3; wait++) {
                            AnyIO.sleep(Duration.ofMillis(12));
                            lock.run(() -> {
                                for (int n = 0; n < 200_000; n++) {
                                    sum[0]++;
                                    expected[0]++;
                                }
                            });
                        }
                    });
                }
                over[0] = true;
            });
        });
        assertThat(sum[0]).isEqualTo(expected[0]).isGreaterThan(3_000_000);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aLockOfTheJdkThatAnotherTaskHoldsIsTaken(Transport transport) throws Exception {
        runOn(transport, () -> {
            var lock = new ReentrantLock();
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    lock.lock();
                    try {
                        AnyIO.sleep(Duration.ofMillis(5));
                    } finally {
                        lock.unlock();
                    }
                });
                AnyIO.checkpoint();
                SlowInitializer.initialize(() -> {
                    lock.lock();
                    try {
                        assertThat(lock.isHeldByCurrentThread()).isTrue();
                    } finally {
                        lock.unlock();
                    }
                });
            });
        });
    }

    /** The JVM shows a thread that waits for a class as running. */
    @ParameterizedTest
    @MethodSource("transports")
    void tasksThatNeedTheClassWaitForItAndOthersGoOn(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier each pins one of the few threads of the JDK's scheduler");
        runOn(transport, () -> {
            Event set = Event.create();
            var slow = new SlowInitializer(set::await);
            TaskGroup.run(group -> {
                group.startSoon(slow::need);
                group.startSoon(slow::need);
                group.startSoon(slow::need);
                group.startSoon(() -> {
                    AnyIO.sleep(Duration.ofMillis(5));
                    set.set();
                });
            });
        });
    }

    /** The thread that helps is parked when all loops have been idle for a while. */
    @ParameterizedTest
    @MethodSource("transports")
    void aTaskThatWaitsAfterALongRestOfItsLoopIsHelped(Transport transport) throws Exception {
        runOn(transport, () -> {
            Event begin = Event.create();
            var helped = new CountDownLatch(1);
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    begin.await();
                    helped.countDown();
                });
                Thread.ofPlatform().daemon().start(() -> {
                    until(PinnedWaitTest::watchdogIsParked);
                    begin.set();
                });
                begin.await();
                SlowInitializer.initialize(helped::await);
            });
        });
    }

    private static boolean watchdogIsParked() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread ->
                        thread.getName().equals("anyio-watchdog") && thread.getState() == Thread.State.WAITING);
    }

    /**
     * The loop's thread came back from a first wait and is stuck again, in a task whose token was handed to a task on
     * the thread of an earlier rescue. When that task waits, too, a rescue of its thread is not enough.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void aThreadThatWaitsForAClassAfterARescueIsRelievedAgain(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier each pins one of the few threads of the JDK's scheduler");
        runOn(transport, () -> {
            String home = carrierThread();
            var release = new CountDownLatch(1);
            Event stuckAgain = Event.create();
            Event helped = Event.create();
            var slow = new SlowInitializer(
                    () -> { // on the thread of the first rescue
                        release.countDown();
                        stuckAgain.await();
                        helped.await();
                    });
            TaskGroup.run(group -> {
                group.startSoon(() -> SlowInitializer.initialize(release::await));
                group.startSoon(slow::need);
                group.startSoon(() -> {
                    while (!carrierThread().equals(home)) {
                        AnyIO.sleep(Duration.ofMillis(1));
                    }
                    stuckAgain.set();
                    slow.need();
                });
                group.startSoon(() -> {
                    stuckAgain.await();
                    helped.set();
                });
            });
        });
    }

    /** No other task is ready, and no deadline is missed. */
    @ParameterizedTest
    @MethodSource("transports")
    void aPinnedTaskThatCouldGoOnIsReasonEnoughToTakeTheToken(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier each pins one of the few threads of the JDK's scheduler");
        runOn(transport, () -> {
            Event begun = Event.create();
            var helped = new CountDownLatch(1);
            TaskGroup.run(group -> {
                group.startSoon(() -> SlowInitializer.initialize(() -> {
                    begun.await();
                    helped.countDown();
                }));
                group.startSoon(() -> {
                    begun.set();
                    SlowInitializer.initialize(helped::await);
                });
            });
        });
    }

    /** The wait is in the loader, not in an initializer; most of these end by themselves. */
    @ParameterizedTest
    @MethodSource("transports")
    void aClassLoaderGetsALockThatATaskOfTheSameLoopHolds(Transport transport) throws Exception {
        runOn(transport, () -> {
            var lock = new ReentrantLock();
            Event locked = Event.create();
            var loader = new ClassLoader(PinnedWaitTest.class.getClassLoader()) {
                @Override
                protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                    lock.lock();
                    try {
                        return super.loadClass(name, resolve);
                    } finally {
                        lock.unlock();
                    }
                }
            };
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    lock.lock();
                    try {
                        locked.set();
                        while (!lock.hasQueuedThreads()) { // until the loader waits for it
                            AnyIO.sleep(Duration.ofMillis(1));
                        }
                    } finally {
                        lock.unlock();
                    }
                });
                locked.await();
                assertThat(Class.forName(SlowInitializer.NAME, true, loader).getName())
                        .isEqualTo(SlowInitializer.NAME);
            });
        });
    }

    /** While one task is pinned, the task that could help is pinned, too. */
    @ParameterizedTest
    @MethodSource("transports")
    void pinnedTasksHelpEachOther(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier each pins one of the few threads of the JDK's scheduler");
        runOn(transport, () -> {
            Event first = Event.create();
            Event second = Event.create();
            var ended = new AtomicInteger();
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    SlowInitializer.initialize(() -> {
                        first.await();
                        second.set();
                    });
                    ended.incrementAndGet();
                });
                group.startSoon(() -> {
                    SlowInitializer.initialize(() -> {
                        AnyIO.sleep(Duration.ofMillis(5));
                        first.set();
                        second.await();
                    });
                    ended.incrementAndGet();
                });
                group.startSoon(() -> AnyIO.sleep(Duration.ofMillis(1)));
            });
            assertThat(ended).hasValue(2);
        });
    }

    /** The loop's thread would have to do the I/O that the pinned task waits for. */
    @ParameterizedTest
    @MethodSource("transports")
    void aWaitForIoOfTheSameLoopIsRefusedAndTheStreamStaysUsable(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier the loop's thread is free");
        runOn(transport, () -> {
            try (var listener = Tcp.listen(HOST, 0);
                    var client = Tcp.connect(HOST, listener.port());
                    var server = listener.accept()) {
                assertThatThrownBy(() -> SlowInitializer.initialize(client::receive))
                        .isInstanceOf(ExceptionInInitializerError.class)
                        .cause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("initializer of class " + SlowInitializer.NAME);
                server.send(new byte[] {7});
                assertThat(client.receive()).containsExactly(7);
            }
        });
    }

    /** Afterwards all tasks run on the loop's thread again. */
    @ParameterizedTest
    @MethodSource("transports")
    void tasksComeHome(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier());
        runOn(transport, () -> {
            String home = carrierThread();
            SlowInitializer.initialize(() -> AnyIO.sleep(Duration.ofMillis(30)));
            for (int i = 0; !carrierThread().equals(home); i++) {
                assertThat(i).isLessThan(10_000);
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
    }

    /** Here the pinned task went on without the token, and the thread came back by itself. */
    @ParameterizedTest
    @MethodSource("transports")
    void tasksComeHomeAlsoAfterAForeignWait(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier());
        runOn(transport, () -> {
            String home = carrierThread();
            TaskGroup.run(group -> {
                var helped = new CountDownLatch(1);
                group.startSoon(helped::countDown);
                SlowInitializer.initialize(helped::await);
            });
            for (int i = 0; !carrierThread().equals(home); i++) {
                assertThat(i).isLessThan(10_000);
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
    }

    @Test
    void itIsReportedWithTheClassThatPins() throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier nothing is pinned to the loop's thread");
        var release = new CountDownLatch(1);
        try (var log = new CapturedLog("io.anyio")) {
            Thread releaser = Thread.ofPlatform().daemon().start(() -> {
                until(() -> log.contains("pinned"));
                release.countDown();
            });
            bounded(() -> {
                AnyIO.run(
                        () -> TaskGroup.run(group -> {
                            group.startSoon(
                                    TaskOptions.named("holder"),
                                    () -> SlowInitializer.initialize(() -> release.await(20, TimeUnit.SECONDS)));
                            group.startSoon(() -> {});
                        }),
                        BackendUnderTest.get().options());
                return null;
            });
            releaser.join();
            assertThat(log.contains("'holder'")).isTrue();
            assertThat(log.contains("initializer of class " + SlowInitializer.NAME))
                    .isTrue();
        }
    }
}
