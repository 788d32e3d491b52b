package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testsuite.BackendUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests of calls from other threads, and from tasks on other loops, at critical moments. */
class CrossThreadTest {
    private static final int ROUNDS = 300;
    private static final TaskOptions ANY_LOOP = TaskOptions.DEFAULTS.withSpread(true);

    @AnyIOTest(simulated = false)
    @Law({88, 208})
    void ofTwoThreadsThatMoveADeadlineTheLastOneCounts() {
        Deadline far = Deadline.after(Duration.ofHours(1));
        for (int i = 0; i < ROUNDS; i++) {
            var scope = CancelScope.create();
            Deadline near = Deadline.after(Duration.ofMillis(1));
            scope.run(() -> {
                var a = Thread.startVirtualThread(() -> scope.setDeadline(near));
                var b = Thread.startVirtualThread(() -> scope.setDeadline(far));
                CancelScope.shielded(() -> {
                    while (a.isAlive() || b.isAlive()) {
                        AnyIO.checkpoint();
                    }
                });
                if (scope.deadline().equals(near)) {
                    AnyIO.sleep(Duration.ofSeconds(20));
                    throw new AssertionError("the deadline was forgotten");
                }
            });
        }
    }

    @AnyIOTest(simulated = false)
    @Law({88})
    void aDeadlineMovedWhileTheScopeIsLeftLeavesNothingBehind() {
        for (int i = 0; i < ROUNDS; i++) {
            var scope = CancelScope.create();
            var thread = Thread.startVirtualThread(
                    () -> scope.setDeadline(Deadline.NEVER.equals(scope.deadline()) ? Deadline.PAST : Deadline.NEVER));
            var _ = catchThrowable(() -> scope.run(AnyIO::checkpoint));
            AnyIO.checkpoint();
            assertThat(catchThrowable(thread::join)).isNull();
        }
    }

    @AnyIOTest(simulated = false)
    @Law({75})
    void aWaitIsEitherSatisfiedOrCancelledNeverBothNorForgotten() {
        for (int i = 0; i < ROUNDS; i++) {
            var event = Event.create();
            CancelScope.open(scope -> {
                var setter = Thread.startVirtualThread(event::set);
                var canceller = Thread.startVirtualThread(() -> scope.cancel());
                try {
                    event.await();
                    assertThat(event.isSet()).isTrue();
                } finally {
                    assertThat(event.statistics().tasksWaiting()).isZero();
                    CancelScope.shielded(() -> {
                        while (setter.isAlive() || canceller.isAlive()) {
                            AnyIO.checkpoint();
                        }
                    });
                }
            });
        }
    }

    @AnyIOTest(simulated = false)
    @Law({1, 2})
    void aTaskStartedByAThreadWhileTheGroupCloses() {
        for (int i = 0; i < ROUNDS; i++) {
            var asked = new AtomicInteger();
            var ended = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            TaskGroup.run(group -> {
                for (int n = 0; n < 3; n++) {
                    threads.add(Thread.startVirtualThread(() -> {
                        while (true) {
                            try {
                                group.startSoon(ended::incrementAndGet);
                            } catch (IllegalStateException closed) {
                                return;
                            }
                            if (asked.incrementAndGet() > 20) {
                                return;
                            }
                        }
                    }));
                }
                AnyIO.checkpoint();
            });
            int whenLeft = ended.get();
            threads.forEach(thread -> assertThat(catchThrowable(thread::join)).isNull());
            assertThat(whenLeft).isEqualTo(ended.get()).isEqualTo(asked.get());
        }
    }

    @AnyIOTest(simulated = false)
    @Law({13, 14, 17})
    void aThreadCancelsATreeThatGrowsAndShrinks() throws InterruptedException {
        for (int i = 0; i < ROUNDS / 10; i++) {
            var stop = new AtomicBoolean();
            CancelScope.open(scope -> {
                var canceller = Thread.startVirtualThread(() -> {
                    LockFreePause.nanos(ThreadLocalRandom.current().nextInt(500_000));
                    scope.cancel();
                });
                TaskGroup.run(group -> {
                    while (!stop.get()) {
                        for (int n = 0; n < 50; n++) {
                            group.startSoon(AnyIO::checkpoint);
                            group.startSoon(() -> TaskGroup.run(inner -> inner.startSoon(AnyIO::sleepForever)));
                        }
                        AnyIO.sleep(Duration.ofNanos(10_000));
                    }
                });
                canceller.join();
            });
        }
    }

    @Test
    @Law({32, 34, 36, 37})
    void aTaskThatStartsOnAnotherLoopAndACallerThatIsCancelled() {
        AnyIO.run(
                () -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        int round = i;
                        var late = new IllegalStateException("late " + i);
                        TaskGroup.run(group -> CancelScope.open(scope -> {
                            group.startSoon(ANY_LOOP, () -> scope.cancel());
                            try {
                                String value = group.start(ANY_LOOP, status -> {
                                    if (round % 2 == 0) {
                                        status.started("v");
                                    } else {
                                        try {
                                            AnyIO.sleepForever();
                                        } finally {
                                            throwing(late);
                                        }
                                    }
                                });
                                assertThat(round % 2).isZero();
                                assertThat(value).isEqualTo("v");
                            } catch (Cancelled c) {
                                assertThat(c.getSuppressed()).hasSize(round % 2);
                                throw c;
                            }
                        }));
                    }
                },
                BackendUnderTest.get().withLoops(3));
    }

    @Test
    @Law({7, 8, 13, 75})
    void manyTasksOnThreeLoopsFailAndAreCancelledTogether() {
        AnyIO.run(
                () -> {
                    for (int i = 0; i < ROUNDS / 3; i++) {
                        var ended = new AtomicInteger();
                        Throwable thrown = catchThrowable(() -> TaskGroup.run(group -> {
                            var event = Event.create();
                            for (int n = 0; n < 60; n++) {
                                int number = n;
                                group.startSoon(ANY_LOOP, () -> {
                                    try {
                                        if (number == 30) {
                                            throw new IllegalArgumentException("number 30");
                                        }
                                        event.await();
                                    } finally {
                                        ended.incrementAndGet();
                                    }
                                });
                            }
                            event.await();
                        }));
                        assertThat(ended.get()).isEqualTo(60);
                        assertThat(thrown)
                                .isInstanceOfSatisfying(
                                        ExceptionGroup.class,
                                        group -> assertThat(group.exceptions())
                                                .singleElement()
                                                .extracting(Throwable::getMessage)
                                                .isEqualTo("number 30"));
                    }
                },
                BackendUnderTest.get().withLoops(3));
    }

    private static void throwing(RuntimeException failure) {
        throw failure;
    }

    /** A short pause that is neither a checkpoint nor a wait. */
    private static final class LockFreePause {
        static void nanos(long span) {
            long end = System.nanoTime() + span;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }
}
