package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.EventLoopToken;
import io.anyio.RunFinishedException;
import io.anyio.RunInterruptedException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.spi.BackendOptions;
import io.anyio.sync.CapacityLimiter;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.BlockingPortalProvider;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Stress tests of worker threads, calls back to loops, and portals, on every side of each race. */
class ThreadStressTest extends Stress {
    private static final int CALLERS = 200;
    private static final int LOOPS = 4;
    private static final long PATIENCE_SECONDS = 300;
    private static final int STEPS_PER_RUN = 20;

    @Override
    Stream<Property> properties() {
        return Stream.of(
                new Property("every call through a portal ends when the portal stops", this::callsEndWithTheirPortal),
                new Property("a worker may call back while its task is cancelled", this::callsBackMeetCancellations),
                new Property("abandoned code may call back while its run ends", this::abandonedCodeMeetsTheEnd),
                new Property("a portal that threads share is there while it is leased", this::leasesMeet));
    }

    /** Threads that are not tasks. Each must end; the first failure of one is the failure of the test. */
    private static final class Threads {
        private final List<Thread> started = new ArrayList<>();
        private final Collection<Throwable> failures = new ConcurrentLinkedQueue<>();

        void start(Runnable code) {
            Thread.Builder builder =
                    started.size() % 10 == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
            started.add(builder.start(() -> {
                try {
                    code.run();
                } catch (Throwable t) { // reported by join()
                    failures.add(t);
                }
            }));
        }

        boolean areAlive() {
            return failures.isEmpty() && started.stream().anyMatch(Thread::isAlive);
        }

        void interruptOne() {
            started.get(ThreadLocalRandom.current().nextInt(started.size())).interrupt();
        }

        void join() throws Exception {
            for (Thread thread : started) {
                assertThat(thread.join(Duration.ofSeconds(PATIENCE_SECONDS)))
                        .as("%s has ended", thread)
                        .isTrue();
            }
            assertThat(failures).isEmpty();
        }
    }

    // ---- portals ----

    private void callsEndWithTheirPortal(int steps) throws Exception {
        for (int round = 0; round < Math.max(3, steps / 100); round++) {
            var open = new AtomicInteger();
            var calls = new AtomicInteger();
            BlockingPortal portal = BlockingPortal.start(options());
            var callers = new Threads();
            for (int i = 0; i < CALLERS; i++) {
                callers.start(() -> callUntilRefused(portal, open, calls));
            }
            boolean cancels = now(2);
            int last = ThreadLocalRandom.current().nextInt(1_000, 3_000);
            while (calls.get() < last && callers.areAlive()) {
                callers.interruptOne();
                LockSupport.parkNanos(100_000);
            }
            portal.stop(cancels);
            callers.join();
            portal.close();
            assertThat(calls).hasValueGreaterThanOrEqualTo(last);
            assertThat(open).as("tasks that have begun and not ended").hasValue(0);
        }
    }

    private static void callUntilRefused(BlockingPortal portal, AtomicInteger open, AtomicInteger calls) {
        try {
            while (true) {
                calls.incrementAndGet();
                call(portal, open);
            }
        } catch (IllegalStateException stopped) {
            assertThat(stopped).hasMessageContaining("not running");
        }
    }

    private static void call(BlockingPortal portal, AtomicInteger open) {
        try {
            if (now(2)) {
                assertThat(portal.<Integer, RuntimeException>call(() -> counted(open, 7)))
                        .isEqualTo(7);
            } else if (now(4)) {
                var started = portal.<Integer, Integer>startTask(status -> {
                    status.started(5);
                    return counted(open, 9);
                });
                assertThat(started.startValue()).isEqualTo(5);
                assertThat(started.future().join()).isEqualTo(9);
            } else {
                CompletableFuture<Integer> future = portal.startSoon(() -> counted(open, 8));
                if (now(2)) {
                    future.cancel(true);
                }
                assertThat(future.join()).isEqualTo(8);
            }
        } catch (RunInterruptedException interrupted) {
            var _ = Thread.interrupted(); // the next call waits again
        } catch (CancellationException cancelled) {
            // by this thread, or by the stop of the portal
        }
    }

    private static int counted(AtomicInteger open, int value) {
        open.incrementAndGet();
        try {
            AnyIO.checkpoint();
            if (now(10)) {
                AnyIO.sleep(Duration.ofNanos(ThreadLocalRandom.current().nextInt(100_000)));
            }
            return value;
        } finally {
            CancelScope.shielded(() -> AnyIO.checkpoint());
            open.decrementAndGet();
        }
    }

    private void leasesMeet(int steps) throws Exception {
        var provider = BlockingPortalProvider.create(options());
        var threads = new Threads();
        for (int i = 0; i < 8; i++) {
            threads.start(() -> {
                for (int k = 0; k < Math.max(10, steps / 20); k++) {
                    try (var lease = provider.acquire()) {
                        assertThat(lease.portal().<Integer, RuntimeException>call(() -> 9))
                                .isEqualTo(9);
                    }
                }
            });
        }
        threads.join();
    }

    // ---- workers ----

    private void callsBackMeetCancellations(int steps) throws Exception {
        var limiter = CapacityLimiter.create(6);
        var open = new AtomicInteger();
        AnyIO.run(
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < 2 * LOOPS; i++) {
                        group.startSoon(TaskOptions.DEFAULTS.withLoop(i % LOOPS), () -> {
                            for (int k = 0; k < steps; k++) {
                                callFromAWorker(limiter, open);
                            }
                        });
                    }
                }),
                BackendUnderTest.get().withLoops(LOOPS));
        for (int i = 0; limiter.borrowedTokens() > 0 && i < 1_000_000_000; i++) {
            Thread.onSpinWait(); // abandoned code still ends
        }
        assertThat(limiter.borrowedTokens()).isZero();
        assertThat(open).hasValue(0);
    }

    private static void callFromAWorker(CapacityLimiter limiter, AtomicInteger open) {
        var options = ToThreadOptions.DEFAULTS
                .withLimiter(limiter)
                .withAbandonOnCancel(now(3))
                .withInterruptOnCancel(now(3));
        Duration patience = Duration.ofNanos(ThreadLocalRandom.current().nextInt(400_000));
        Timeouts.moveOnAfter(patience, () -> {
            int value = ToThread.run(options, () -> {
                int sum = 0;
                for (int i = 0; i < 3; i++) {
                    sum += FromThread.<Integer, RuntimeException>run(() -> counted(open, 1));
                    sum += FromThread.<Integer, RuntimeException>runNow(() -> 1);
                    FromThread.checkCancelled();
                }
                return sum;
            });
            assertThat(value).isEqualTo(6);
        });
    }

    private void abandonedCodeMeetsTheEnd(int steps) throws Exception {
        for (int round = 0; round < Math.max(2, steps / STEPS_PER_RUN); round++) {
            var threads = new Threads();
            var workers = new ConcurrentLinkedQueue<Thread>();
            var unexpected = new ConcurrentLinkedQueue<Throwable>();
            var open = new AtomicInteger();
            AnyIO.run(
                    () -> {
                        EventLoopToken token = AnyIO.currentToken();
                        for (int i = 0; i < 5; i++) {
                            threads.start(() -> {
                                while (callsBack(() -> FromThread.run(token, () -> counted(open, 1)))) {
                                    Thread.onSpinWait();
                                }
                            });
                        }
                        TaskGroup.run(group -> {
                            for (int i = 0; i < 10; i++) {
                                group.startSoon(() -> ToThread.run(
                                        ToThreadOptions.DEFAULTS.withAbandonOnCancel(true),
                                        () -> callBackUntilTheEnd(workers, unexpected, open)));
                            }
                            AnyIO.sleep(Duration.ofMillis(1));
                            group.cancel();
                        });
                    },
                    options());
            assertThat(open).as("tasks that outlive the run").hasValue(0);
            threads.join();
            for (Thread worker : workers) {
                assertThat(worker.join(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
            }
            assertThat(unexpected).isEmpty();
        }
    }

    private static void callBackUntilTheEnd(
            Collection<Thread> workers, Collection<Throwable> unexpected, AtomicInteger open) {
        workers.add(Thread.currentThread());
        try {
            while (callsBack(() -> FromThread.run(() -> counted(open, 1)))) {
                Thread.onSpinWait();
            }
        } catch (Throwable t) { // the call was abandoned
            unexpected.add(t);
        }
    }

    /** Makes a call back to a loop. Returns false when the run has ended. */
    private static boolean callsBack(Runnable call) {
        try {
            call.run();
            return true;
        } catch (RunFinishedException over) {
            return false;
        } catch (Cancelled | CancellationException ending) {
            return true;
        }
    }

    private static BackendOptions options() {
        return BackendUnderTest.get().options();
    }
}
