package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.CapturedLog;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tests of the watchdog's reports about tasks that keep their loop: once for each place, so on one transport only. */
class WatchdogReportsTest extends GuaranteeTestBase {
    private static final CountDownLatch SEEN = new CountDownLatch(1);

    private final AtomicBoolean over = new AtomicBoolean();

    /** A virtual thread that initializes a class is pinned to its carrier. */
    private static final class Pinning {
        static final boolean DONE;

        static {
            try {
                SEEN.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            DONE = true;
        }
    }

    /** Runs two tasks, the first of which holds the loop's thread until the report has been logged. */
    private static void untilReported(String text, boolean othersMayRun, Runnable holdsTheLoop, Runnable release)
            throws Exception {
        try (var log = new CapturedLog("io.anyio")) {
            Thread releaser = Thread.ofPlatform().daemon().start(() -> {
                until(() -> log.contains(text));
                release.run();
            });
            var others = new AtomicBoolean();
            bounded(() -> {
                AnyIO.run(
                        () -> TaskGroup.run(group -> {
                            group.startSoon(TaskOptions.named("holder"), () -> {
                                holdsTheLoop.run();
                                assertThat(others.get() && !othersMayRun)
                                        .as("others have run")
                                        .isFalse();
                            });
                            group.startSoon(() -> others.set(true));
                        }),
                        BackendUnderTest.get().options());
                return null;
            });
            releaser.join();
            assertThat(log.contains("'holder'")).isTrue();
        }
    }

    @Test
    void aPinnedTaskThatWaitsIsReported() throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier its turn is lent");
        untilReported("while it is pinned", true, () -> assertThat(Pinning.DONE).isTrue(), SEEN::countDown);
    }

    @Test
    void aTaskThatComputesForLongIsReported() throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier it holds no loop's thread");
        untilReported(
                "without a checkpoint",
                false,
                () -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                },
                () -> over.set(true));
    }

    @Test
    void aTurnThatIsLentIsReported() throws Exception {
        assumeTrue(!onLoopCarrier());
        var lent = new CountDownLatch(1);
        try (var log = new CapturedLog("io.anyio")) {
            bounded(() -> {
                AnyIO.run(
                        () -> TaskGroup.run(group -> {
                            group.startSoon(TaskOptions.named("waits"), () -> lent.await());
                            group.startSoon(lent::countDown);
                        }),
                        BackendUnderTest.get().options());
                return null;
            });
            until(() -> log.contains("'waits' waits outside of the library"));
        }
    }
}
