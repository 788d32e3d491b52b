package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.guarantees.JvmProcess;
import io.anyio.testsuite.guarantees.SlowInitializer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that another thread runs the tasks if a loop's thread waits for a lock that one of its tasks is to get. */
class RescueTest extends NettyGuaranteeTestBase {

    @ParameterizedTest
    @MethodSource("transports")
    void aLoopBehindATaskThatQueuesForALockIsRescued(Transport transport) throws Exception {
        stuckBehindATask(transport, new CarrierDeadlock.OfLock());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aLoopBehindATaskThatQueuesForAMonitorIsRescued(Transport transport) throws Exception {
        stuckBehindATask(transport, new CarrierDeadlock.OfMonitor());
    }

    private static void stuckBehindATask(Transport transport, CarrierDeadlock tangle) throws Exception {
        try (var _ = new CapturedLog("io.anyio");
                var group = group(transport, 1)) {
            tangle.tie(group);
            tangle.finished().get(30, TimeUnit.SECONDS);
        }
    }

    /** The same program hangs without the watchdog: this shows its purpose. */
    @Test
    void withoutTheWatchdogItHangs() throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier nothing depends on the loop's thread");
        try (var program = new JvmProcess(CarrierDeadlock.Main.class, List.of("-Danyio.watchdog.off=true"))) {
            assertThat(program.lines()).containsExactly("lock: stuck", "monitor: stuck");
        }
        try (var program = new JvmProcess(CarrierDeadlock.Main.class, List.of(), "reports")) {
            assertThat(program.lines()).containsExactly("lock: finished", "monitor: finished", "reported");
        }
    }

    /** The lock is the log appender's: the thread that reports the rescue queues after the waiting threads. */
    @Test
    void theLockMayBeTheOneThatLoggingNeeds() throws Exception {
        try (var program = new JvmProcess(CarrierDeadlock.Main.class, List.of(), "logging")) {
            assertThat(program.lines()).containsExactly("lock: finished", "monitor: finished");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aDeadlineIsMetWhileTheLoopWaitsForTheTask(Transport transport) throws Exception {
        var lock = new CarrierDeadlock.OfLock();
        var passed = new CompletableFuture<Boolean>();
        try (var _ = new CapturedLog("io.anyio");
                var group = group(transport, 1);
                var runtime = NettyRuntime.attach(group)) {
            var done = runtime.start(() -> lock.locked(() -> {
                group.next().execute(() -> {
                    lock.pass();
                    passed.complete(true);
                });
                for (int i = 0; i < 20; i++) {
                    AnyIO.sleep(Duration.ofMillis(1));
                }
            }));
            done.get(30, TimeUnit.SECONDS);
            passed.get(30, TimeUnit.SECONDS);
        }
    }

    /**
     * The thread of the last rescue handed the token to another task, of the loop's own thread, and waits for a class
     * whose initializer waits elsewhere. That rescue runs no tasks any more.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void aLoopIsRescuedWhoseLastRescueIsStuck(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier each wait pins one of the JDK scheduler's few threads");
        try (var _ = new CapturedLog("io.anyio");
                var group = group(transport, 1);
                var runtime = NettyRuntime.attach(group)) {
            var home = new CountDownLatch(1);
            var end = new CountDownLatch(1);
            var atHome = new SlowInitializer(() -> {
                home.await();
                AnyIO.checkpoint(); // here it gets the token back
            });
            var away = new SlowInitializer(end::await); // on the thread of the first rescue
            var tasks = group.next()
                    .submit(() -> List.of(runtime.start(atHome::need), runtime.start(away::need), runtime.start(() -> {
                        home.countDown();
                        away.need(); // on the thread of the second rescue
                    })))
                    .get();
            tasks.getFirst().get(30, TimeUnit.SECONDS);
            var tangle = new CarrierDeadlock.OfLock();
            tangle.tie(group, runtime);
            try {
                tangle.finished().get(30, TimeUnit.SECONDS);
            } finally {
                end.countDown();
            }
            for (CompletableFuture<?> task : tasks) {
                task.get(30, TimeUnit.SECONDS);
            }
        }
    }

    /** A thread that waits at two looks of the watchdog may have worked in between. */
    @ParameterizedTest
    @MethodSource("transports")
    void aHandlerThatWaitsForMomentsIsNotRelieved(Transport transport) throws Exception {
        try (var _ = new CapturedLog("io.anyio");
                var group = group(transport, 1);
                var runtime = NettyRuntime.attach(group)) {
            long rescues;
            long longest;
            int rounds = 0;
            do {
                assumeTrue(++rounds < 100, "this machine is too busy");
                long before = runtime.statistics().rescues();
                var task = new CompletableFuture<CompletableFuture<?>>();
                longest = group.next()
                        .submit(() -> {
                            task.complete(runtime.start(() -> {}));
                            return longestOfManyWaits();
                        })
                        .get();
                task.get().get(30, TimeUnit.SECONDS);
                rescues = runtime.statistics().rescues() - before;
            } while (longest > Duration.ofMillis(4).toNanos()); // between two looks
            assertThat(rescues).isZero();
        }
    }

    private static long longestOfManyWaits() {
        long longest = 0;
        for (int i = 0; i < 100; i++) {
            long start = System.nanoTime();
            waitAtDepth(i % 50);
            longest = Math.max(longest, System.nanoTime() - start);
        }
        return longest;
    }

    private static void waitAtDepth(int depth) {
        if (depth == 0) {
            LockSupport.parkNanos(1_000_000);
        } else {
            waitAtDepth(depth - 1);
        }
    }

    /** After a rescue the loop's own thread runs the tasks again. */
    @ParameterizedTest
    @MethodSource("transports")
    void tasksComeHomeAfterARescue(Transport transport) throws Exception {
        assumeTrue(onLoopCarrier());
        try (var _ = new CapturedLog("io.anyio");
                var group = group(transport, 1);
                var runtime = NettyRuntime.attach(group)) {
            String home = runtime.start(NettyGuaranteeTestBase::carrierThread).get(30, TimeUnit.SECONDS);
            for (int i = 0; i < 5; i++) {
                var tangle = new CarrierDeadlock.OfLock();
                tangle.tie(group, runtime);
                tangle.finished().get(30, TimeUnit.SECONDS);
                until(() -> home.equals(
                        runtime.start(NettyGuaranteeTestBase::carrierThread).join()));
            }
            assertThat(home).doesNotContain("rescue");
        }
    }
}
