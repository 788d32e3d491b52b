package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ContextVar;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Tests of code on worker threads: its outcome, its limit, its context, and what a cancellation does. */
class ToThreadLawsTest {
    private static final ToThreadOptions ABANDON = ToThreadOptions.DEFAULTS.withAbandonOnCancel(true);
    private static final ToThreadOptions INTERRUPT = ToThreadOptions.DEFAULTS.withInterruptOnCancel(true);

    @AnyIOTest
    @Law({177})
    @Ported({"TT::test_run_in_thread_cancelled"})
    void aTaskCancelledBeforeTheCallRunsNothing() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                trail.add("before");
                ToThread.run(() -> trail.add("on the worker"));
                trail.add("after");
            });
            group.cancel();
        });
        assertThat(trail.events()).containsExactly("before");
    }

    @AnyIOTest
    @Law({177})
    void aTaskCancelledWhileItWaitsForATokenRunsNothing() {
        var limiter = CapacityLimiter.create(0);
        var ran = new AtomicBoolean();
        var scope = Timeouts.moveOnAfter(
                Duration.ofMillis(5),
                () -> ToThread.run(ToThreadOptions.DEFAULTS.withLimiter(limiter), () -> ran.set(true)));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(limiter.statistics().tasksWaiting()).isZero();
        assertThat(ran).isFalse();
    }

    @AnyIOTest
    @Ported({"TT::test_run_in_thread_exception", "TT::test_stopiteration"})
    void theFailureOfTheCodeIsThrownUnchanged() {
        var checked = new IOException("expected");
        assertThatThrownBy(() -> ToThread.run(() -> {
                    throw checked;
                }))
                .isSameAs(checked);
        var error = new AssertionError("expected");
        assertThatThrownBy(() -> ToThread.run(() -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @AnyIOTest
    @Law({179})
    @Ported({"TT::test_run_in_custom_limiter"})
    void aLimiterBoundsTheNumberOfThreads() {
        var limiter = CapacityLimiter.create(3);
        var options = ToThreadOptions.DEFAULTS.withLimiter(limiter);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var three = Event.create();
        var go = new CountDownLatch(1);
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                group.startSoon(() -> ToThread.run(options, () -> {
                    int now = running.incrementAndGet();
                    most.accumulateAndGet(now, Math::max);
                    if (now == 3) {
                        FromThread.runNow(three::set);
                    }
                    go.await();
                    running.decrementAndGet();
                }));
            }
            three.await();
            assertThat(running).hasValue(3);
            assertThat(limiter.borrowedTokens()).isEqualTo(3);
            go.countDown();
        });
        assertThat(running).hasValue(0);
        assertThat(most).hasValue(3);
        assertThat(limiter.borrowedTokens()).isZero();
    }

    @AnyIOTest
    @Ported({"SY::TestCapacityLimiter::test_current_default_thread_limiter"})
    void theDefaultLimiterOfARunHasFortyTokens() {
        assertThat(ToThread.defaultLimiter().totalTokens()).isEqualTo(40);
        assertThat(ToThread.defaultLimiter()).isSameAs(ToThread.defaultLimiter());
        int borrowed = ToThread.run(
                () -> FromThread.run(() -> ToThread.defaultLimiter().borrowedTokens()));
        assertThat(borrowed).isOne();
        assertThat(ToThread.defaultLimiter().borrowedTokens()).isZero();
    }

    @AnyIOTest
    @Law({178})
    @Ported({"TT::test_cancel_worker_thread"})
    void aCancellationWaitsForTheCode() {
        assertThat(whoIsLast(ToThreadOptions.DEFAULTS)).isEqualTo("task");
    }

    @AnyIOTest
    @Law({178, 180})
    @Ported({"TT::test_cancel_worker_thread"})
    void aCancelledTaskLeavesCodeThatItMayAbandon() {
        assertThat(whoIsLast(ABANDON)).isEqualTo("thread");
    }

    /** Cancels a task while its code runs on a worker. Returns which of the two ends last. */
    private static String whoIsLast(ToThreadOptions options) {
        var trail = new Trail();
        var running = Event.create();
        var finished = Event.create();
        var mayEnd = new CountDownLatch(1);
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                try {
                    ToThread.run(options, () -> {
                        FromThread.runNow(running::set);
                        mayEnd.await();
                        trail.add("thread");
                        FromThread.runNow(finished::set);
                    });
                } finally {
                    trail.add("task");
                }
            });
            running.await();
            group.cancel();
            CancelScope.shielded(() -> {
                if (options.abandonOnCancel()) {
                    Await.until(() -> !trail.events().isEmpty());
                } else {
                    Await.settled();
                    assertThat(trail.events()).isEmpty();
                }
                mayEnd.countDown();
            });
        });
        finished.await();
        return trail.events().getLast();
    }

    @AnyIOTest(leakCheck = false) // of the code that goes on
    @Law({180, 218})
    @Ported({"TT::test_cancel_wait_on_thread"})
    void abandonedCodeRunsToItsEndAndKeepsItsToken() {
        var limiter = CapacityLimiter.create(1);
        var running = Event.create();
        var mayEnd = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        TaskGroup.run(group -> {
            group.startSoon(() -> ToThread.run(ABANDON.withLimiter(limiter), () -> {
                running.set();
                mayEnd.await();
                ended.set(true);
            }));
            running.await();
            group.cancel();
        });
        assertThat(limiter.borrowedTokens()).isOne();
        assertThat(limiter.statistics().borrowers().toString()).contains("worker thread");
        mayEnd.countDown();
        limiter.acquireOnBehalfOf("the next"); // is free when the code has ended
        assertThat(ended).isTrue();
    }

    @AnyIOTest
    void aCancellationMayInterruptTheCode() {
        var running = Event.create();
        var trail = new Trail();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                Throwable thrown = catchThrowable(() -> ToThread.run(INTERRUPT, () -> {
                    running.set();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        trail.add("clean-up");
                    }
                }));
                trail.add(thrown.getClass().getSimpleName());
                assertThat(thrown.getSuppressed()).hasOnlyElementsOfType(InterruptedException.class);
            });
            running.await();
            group.cancel();
        });
        assertThat(trail.events()).containsExactly("clean-up", "Cancelled");
    }

    @AnyIOTest
    void interruptedCodeThatReturnsKeepsItsValue() {
        var running = Event.create();
        List<String> values = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                values.add(ToThread.run(INTERRUPT, () -> {
                    running.set();
                    try {
                        new CountDownLatch(1).await();
                        return "not reached";
                    } catch (InterruptedException e) {
                        return "interrupted";
                    }
                }));
                assertThatThrownBy(AnyIO::checkpoint).isInstanceOf(Cancelled.class);
            });
            running.await();
            group.cancel();
        });
        assertThat(values).containsExactly("interrupted");
        boolean left = ToThread.run(() -> Thread.currentThread().isInterrupted());
        assertThat(left).isFalse();
    }

    @AnyIOTest
    @Law({185})
    @Ported({"FT::TestRunAsyncFromThread::test_run_sync_from_thread_pooling"})
    void oneCallAfterTheOtherUsesOneThread() {
        Set<Thread> threads = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            threads.add(ToThread.run(Thread::currentThread));
        }
        assertThat(threads).hasSize(1).noneMatch(Thread::isVirtual).allMatch(Thread::isDaemon);
    }

    @AnyIOTest
    @Law({185})
    void theThreadThatWasUsedLastIsUsedFirst() {
        var both = new CountDownLatch(2);
        var first = new CountDownLatch(1);
        Thread[] threads = new Thread[2];
        TaskGroup.run(group -> {
            var slow = group.startSoon(() -> ToThread.run(() -> {
                threads[0] = Thread.currentThread();
                both.countDown();
                first.await();
            }));
            ToThread.run(() -> {
                threads[1] = Thread.currentThread();
                both.countDown();
                both.await();
            });
            first.countDown();
            slow.await();
        });
        assertThat(threads[0]).isNotSameAs(threads[1]);
        assertThat(ToThread.run(Thread::currentThread)).isSameAs(threads[0]);
    }

    @AnyIOTest
    void theStatisticsOfTheRunCountCalls() {
        var options = ToThreadOptions.DEFAULTS.withLimiter(CapacityLimiter.create(1));
        var running = Event.create();
        var mayEnd = new CountDownLatch(1);
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(() -> ToThread.run(options, () -> {
                    running.set();
                    mayEnd.await();
                }));
            }
            running.await();
            Await.until(() -> AnyIO.statistics().workersWaitedFor() == 2);
            assertThat(AnyIO.statistics().workersBusy()).isOne();
            mayEnd.countDown();
        });
        assertThat(AnyIO.statistics().workersBusy()).isZero();
        assertThat(AnyIO.statistics().workersWaitedFor()).isZero();
    }

    @AnyIOTest
    void aNameIsThatOfTheThreadWhileTheCodeRuns() {
        var options = ToThreadOptions.DEFAULTS.withName("resize");
        assertThat(ToThread.run(options, () -> Thread.currentThread().getName()))
                .startsWith("anyio-worker-")
                .endsWith(" resize");
        assertThat(ToThread.run(() -> Thread.currentThread().getName())).doesNotContain("resize");
    }

    @AnyIOTest
    @Ported({"TT::test_contextvar_propagation"})
    void theCodeHasACopyOfTheContextVariables() {
        ContextVar<Integer> variable = ContextVar.create("variable", 1);
        variable.set(6);
        int seen = ToThread.run(() -> {
            int before = variable.get();
            variable.set(7);
            return before;
        });
        assertThat(seen).isEqualTo(6);
        assertThat(variable.get()).isEqualTo(6);
    }

    @AnyIOTest
    @Ported({"TT::test_asynclib_detection"})
    void aWorkerThreadIsNotATask() {
        assertThat(ToThread.run(AnyIO::currentBackend)).isEmpty();
        assertThatThrownBy(() -> ToThread.run(AnyIO::checkpoint)).hasMessageContaining("is not a task of AnyIO");
    }
}
