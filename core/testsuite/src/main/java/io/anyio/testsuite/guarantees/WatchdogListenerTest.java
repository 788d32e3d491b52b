package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.EventLoopToken;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.diagnostics.RunStatistics;
import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.diagnostics.WatchdogEvent.Kind;
import io.anyio.diagnostics.WatchdogListener;
import io.anyio.diagnostics.WatchdogListeners;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.CapturedLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The events of the watchdog, as its listeners and the statistics show them. */
class WatchdogListenerTest extends GuaranteeTestBase {
    private static final String SLOW_TURN = "anyio.watchdog.slow_turn";
    private static final CountDownLatch FIRST_SEEN = new CountDownLatch(1);
    private static final CountDownLatch SECOND_SEEN = new CountDownLatch(1);

    private final CompletableFuture<WatchdogEvent> event = new CompletableFuture<>();
    private final AtomicInteger events = new AtomicInteger();
    private final CapturedLog log = new CapturedLog("io.anyio");

    private final WatchdogListener listener = seen -> {
        if (seen.taskName().equals("holder")) {
            events.incrementAndGet();
            event.complete(seen);
        }
    };

    /** A virtual thread that initializes a class is pinned to its carrier. */
    private static final class PinningAlone {
        static final boolean DONE;

        static {
            DONE = waitedFor(FIRST_SEEN);
        }
    }

    private static final class PinningBesideOthers {
        static final boolean DONE;

        static {
            DONE = waitedFor(SECOND_SEEN);
        }
    }

    private static boolean waitedFor(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void register() {
        WatchdogListeners.register(listener);
    }

    @AfterEach
    void unregister() {
        WatchdogListeners.unregister(listener);
        System.clearProperty(SLOW_TURN);
        log.close();
    }

    /**
     * Runs a task named holder, if {@code others} beside one that is always ready, and returns the numbers of the run.
     */
    private Supplier<RunStatistics> run(boolean others, Runnable holder) throws Exception {
        EventLoopToken token = bounded(() -> AnyIO.run(
                () -> {
                    TaskGroup.run(group -> {
                        TaskHandle<?> held = group.startSoon(TaskOptions.named("holder"), holder::run);
                        if (others) {
                            group.startSoon(() -> {
                                while (held.status() == TaskHandle.Status.PENDING) {
                                    AnyIO.checkpoint();
                                }
                            });
                        }
                    });
                    return AnyIO.currentToken();
                },
                BackendUnderTest.get().options()));
        return token::statistics;
    }

    private Supplier<RunStatistics> runWithSlowTurns(Runnable holder) throws Exception {
        System.setProperty(SLOW_TURN, "100ms");
        return run(true, holder);
    }

    /** Computes so long after the report that the watchdog looks again several times. */
    private void computeUntilReported() {
        while (!event.isDone()) {
            Thread.onSpinWait();
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private void assertPlace(Kind kind) {
        WatchdogEvent seen = event.join();
        assertThat(seen.kind()).isEqualTo(kind);
        assertThat(seen.loop()).isZero();
        assertThat(seen.taskId()).isPositive();
        assertThat(seen.stack())
                .anyMatch(frame -> frame.getClassName().startsWith(getClass().getName()));
        assertThat(seen.message()).contains("'holder'");
    }

    @Test
    void aSlowTurn() throws Exception {
        Supplier<RunStatistics> last = runWithSlowTurns(this::computeUntilReported);
        assertPlace(Kind.SLOW_TURN);
        assertThat(event.join().duration()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        assertThat(last.get().slowTurns()).isEqualTo(1);
    }

    /** Each time, other than in the log. */
    @Test
    void aSecondSlowTurnAtTheSamePlace() throws Exception {
        runWithSlowTurns(() -> {
            for (int i = 1; i <= 2; i++) {
                while (events.get() < i) {
                    Thread.onSpinWait();
                }
                AnyIO.checkpoint();
            }
        });
        assertThat(events.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aListenerThatThrowsDoesNoHarm() throws Exception {
        WatchdogListener failing = _ -> {
            throw new IllegalStateException("on purpose");
        };
        WatchdogListeners.unregister(listener);
        WatchdogListeners.register(failing);
        WatchdogListeners.register(listener); // after it
        try {
            runWithSlowTurns(this::computeUntilReported);
            until(() -> log.contains("A listener of the watchdog failed on a slow turn"));
        } finally {
            WatchdogListeners.unregister(failing);
        }
    }

    @Test
    void aLentTurn() throws Exception {
        assumeTrue(!onLoopCarrier());
        Supplier<RunStatistics> last = run(true, () -> event.join());
        assertPlace(Kind.LENT_TURN);
        assertThat(last.get().lentTurns()).isEqualTo(1);
        assertThat(last.get().rescues()).isZero();
    }

    @Test
    void aRescue() throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier its turn is lent");
        var _ = event.thenRun(SECOND_SEEN::countDown);
        Supplier<RunStatistics> last =
                run(true, () -> assertThat(PinningBesideOthers.DONE).isTrue());
        assertPlace(Kind.RESCUE);
        until(() -> last.get().rescues() > 0); // the listener may be faster than the rescue
        assertThat(last.get().lentTurns()).isZero();
    }

    @Test
    void aStalledLoop() throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier it keeps no loop's thread");
        var _ = event.thenRun(FIRST_SEEN::countDown);
        Supplier<RunStatistics> last =
                run(false, () -> assertThat(PinningAlone.DONE).isTrue());
        assertPlace(Kind.STALLED_LOOP);
        assertThat(last.get().rescues()).isZero();
    }
}
