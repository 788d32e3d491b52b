package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ContextVar;
import io.anyio.EventLoopToken;
import io.anyio.NoEventLoopException;
import io.anyio.RunFinishedException;
import io.anyio.RunInterruptedException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.spi.BackendOptions;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of calls from threads back to an event loop. */
class FromThreadLawsTest {
    private static final ToThreadOptions ABANDON = ToThreadOptions.DEFAULTS.withAbandonOnCancel(true);
    private static final Duration LONG = Duration.ofSeconds(30);

    @AnyIOTest
    @Law({181})
    @Ported({"FT::test_thread_cancelled"})
    void codeOnAWorkerCanAskWhetherItsTaskIsCancelled() {
        var trail = new Trail();
        var running = Event.create();
        var cancelled = new CountDownLatch(1);
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                running.await();
                group.cancel();
                cancelled.countDown();
            });
            ToThread.run(() -> {
                FromThread.checkCancelled();
                trail.add("begun");
                running.set();
                cancelled.await();
                FromThread.checkCancelled();
                trail.add("not reached");
            });
            trail.add("not reached");
        });
        assertThat(trail.events()).containsExactly("begun");
    }

    @AnyIOTest
    @Law({181})
    void aShieldProtectsTheCodeOnAWorkerToo() {
        TaskGroup.run(group -> {
            group.cancel();
            CancelScope.shielded(() -> ToThread.run(FromThread::checkCancelled));
        });
    }

    @AnyIOTest(leakCheck = false) // of the code that goes on
    @Law({181})
    @Ported({"FT::test_thread_cancelled_and_abandoned"})
    void abandonedCodeLearnsOfTheCancellation() {
        var seen = new CompletableFuture<Throwable>();
        var running = Event.create();
        var left = new CountDownLatch(1);
        TaskGroup.run(group -> {
            group.startSoon(() -> ToThread.run(ABANDON, () -> {
                running.set();
                left.await();
                seen.complete(catchThrowable(FromThread::checkCancelled));
            }));
            running.await();
            group.cancel();
        });
        left.countDown();
        assertThat(seen.join()).isInstanceOf(Cancelled.class);
    }

    @Test
    @Law({181, 184})
    @Ported({
        "FT::test_thread_cancelled_not_in_worker_thread",
        "FT::TestRunAsyncFromThread::test_run_async_no_event_loop",
        "FT::TestRunSyncFromThread::test_run_sync_from_unclaimed_thread_no_token"
    })
    void anotherThreadIsToldWhatItNeeds() {
        assertThatThrownBy(FromThread::checkCancelled)
                .isInstanceOf(NoEventLoopException.class)
                .hasMessageContaining("not a worker thread");
        assertThatThrownBy(() -> FromThread.run(AnyIO::checkpoint))
                .isInstanceOf(NoEventLoopException.class)
                .hasMessageContaining("AnyIO.currentToken()")
                .hasMessageContaining("BlockingPortal");
        assertThatThrownBy(() -> FromThread.runNow(() -> {})).isInstanceOf(NoEventLoopException.class);
    }

    @AnyIOTest
    void aTaskMustNotWaitForItsOwnLoop() {
        EventLoopToken token = AnyIO.currentToken();
        assertThatThrownBy(() -> FromThread.run(() -> {}))
                .isInstanceOf(NoEventLoopException.class)
                .hasMessageContaining("it is a task already");
        assertThatThrownBy(() -> FromThread.run(token, () -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this is a task");
        assertThatThrownBy(FromThread::checkCancelled).isInstanceOf(NoEventLoopException.class);
    }

    @AnyIOTest
    @Law({182})
    @Ported({"FT::test_cancelscope_propagation"})
    void aCancellationOfTheTaskReachesWhatTheWorkerRuns() {
        var scope = CancelScope.create();
        var trail = new Trail();
        scope.run(() -> {
            ToThread.run(() -> FromThread.run(() -> {
                scope.cancel();
                trail.add("cancelled");
                Timeouts.failAfter(LONG, () -> AnyIO.sleep(LONG));
                trail.add("not reached");
            }));
            trail.add("not reached");
        });
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(trail.events()).containsExactly("cancelled");
    }

    @AnyIOTest
    @Law({182})
    void aWaitThatTheWorkerMakesIsEndedByACancellation() {
        var waiting = Event.create();
        var trail = new Trail();
        TaskGroup.run(group -> {
            group.startSoon(() -> ToThread.run(() -> {
                trail.add(catchThrowable(() -> FromThread.run(() -> {
                            waiting.set();
                            AnyIO.sleepForever();
                        }))
                        .getClass()
                        .getSimpleName());
                trail.add(catchThrowable(() -> FromThread.run(AnyIO::checkpoint))
                        .getClass()
                        .getSimpleName());
                FromThread.run(() -> trail.add("up to its first checkpoint"));
                FromThread.runNow(() -> {
                    AnyIO.checkpoint();
                    trail.add("not cancelled");
                });
            }));
            waiting.await();
            group.cancel();
        });
        assertThat(trail.events())
                .containsExactly("Cancelled", "Cancelled", "up to its first checkpoint", "not cancelled");
    }

    @AnyIOTest(leakCheck = false) // of the code that goes on
    @Law({182})
    @Ported({"FT::test_cancelscope_propagation_when_abandoned"})
    void whatAbandonedCodeRunsIsNotCancelledWithItsTask() {
        var hostLeft = Event.create();
        var completed = Event.create();
        var scope = CancelScope.create();
        scope.run(() -> ToThread.run(
                ABANDON,
                () -> FromThread.run(() -> {
                    scope.cancel();
                    hostLeft.await();
                    completed.set();
                })));
        assertThat(scope.cancelledCaught()).isTrue();
        hostLeft.set();
        completed.await();
    }

    @AnyIOTest
    @Ported({
        "FT::TestRunAsyncFromThread::test_run_corofunc_from_thread",
        "FT::TestRunAsyncFromThread::test_run_sync_from_thread",
        "FT::TestRunAsyncFromThread::test_run_anyio_async_func_from_thread"
    })
    void theValueComesBackToTheWorker() {
        int loop = AnyIO.currentToken().loop();
        assertThat(ToThread.run(() -> FromThread.run(() -> {
                    AnyIO.sleep(Duration.ZERO);
                    return AnyIO.currentToken().loop();
                })))
                .isEqualTo(loop);
        assertThat(ToThread.<Integer, RuntimeException>run(() -> FromThread.runNow(() -> 3)))
                .isEqualTo(3);
    }

    @AnyIOTest
    @Ported({
        "FT::TestRunAsyncFromThread::test_run_async_from_thread_exception",
        "FT::TestRunAsyncFromThread::test_run_sync_from_thread_exception"
    })
    void theFailureComesBackToTheWorkerUnchanged() {
        var failure = new IOException("expected");
        ToThread.run(() -> {
            assertThatThrownBy(() -> FromThread.run(() -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThatThrownBy(() -> FromThread.runNow(() -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
        });
        AnyIO.checkpoint(); // the failure of the task has cancelled nothing
    }

    @AnyIOTest
    @Law({183})
    @Ported({
        "FT::TestRunAsyncFromThread::test_contextvar_propagation",
        "FT::TestRunSyncFromThread::test_contextvar_propagation"
    })
    void theContextVariablesOfTheWorkerAreSeenOnTheLoop() {
        ContextVar<Integer> variable = ContextVar.create("variable", 1);
        ToThread.run(() -> {
            variable.set(6);
            assertThat(FromThread.<Integer, RuntimeException>run(variable::get)).isEqualTo(6);
            assertThat(FromThread.<Integer, RuntimeException>runNow(variable::get))
                    .isEqualTo(6);
        });
        assertThat(variable.get()).isEqualTo(1);
    }

    @AnyIOTest
    @Ported({"FT::TestRunAsyncFromThread::test_sniffio", "FT::TestRunSyncFromThread::test_sniffio"})
    void theCodeOnTheLoopIsATaskOfItsBackend() {
        var backend = AnyIO.currentBackend();
        assertThat(ToThread.run(() -> FromThread.run(AnyIO::currentBackend))).isEqualTo(backend);
    }

    @AnyIOTest
    void theTaskThatAWorkerStartsIsATaskOfItsCaller() {
        ToThread.run(() -> FromThread.run(() -> {
            assertThat(AnyIO.runningTasks())
                    .anyMatch(task -> task.id() == AnyIO.currentTask().id());
            assertThat(AnyIO.currentTask().name()).contains("FromThreadLawsTest");
        }));
    }

    // ---- with a token ----

    @AnyIOTest
    @Law({184})
    @Ported({
        "FT::TestRunAsyncFromThread::test_run_async_from_unclaimed_thread",
        "FT::TestRunSyncFromThread::test_run_sync_from_unclaimed_thread"
    })
    void aThreadWithATokenRunsCodeOnTheLoop() {
        EventLoopToken token = AnyIO.currentToken();
        var ran = Event.create();
        int value = ToThread.run(() -> {
            var outcome = new CompletableFuture<Integer>();
            Thread.startVirtualThread(() -> outcome.complete(FromThread.run(token, () -> {
                FromThreadLawsTest.assertLoop(token);
                ran.set();
                return 7;
            })));
            return outcome.join();
        });
        assertThat(value).isEqualTo(7);
        assertThat(ran.isSet()).isTrue();
    }

    private static void assertLoop(EventLoopToken token) {
        assertThat(AnyIO.currentToken()).isEqualTo(token);
        assertThat(token.isRunningHere()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("io.anyio.testsuite.Transport#optionsAndSimulation")
    @Law({184})
    @Ported({
        "FT::TestRunAsyncFromThread::test_run_async_closed_event_loop",
        "FT::TestRunSyncFromThread::test_run_sync_closed_event_loop"
    })
    void aRunThatHasEndedIsSaidToHaveEnded(BackendOptions options) {
        EventLoopToken token = AnyIO.run(AnyIO::currentToken, options);
        assertThat(token.isRunningHere()).isFalse();
        assertThatThrownBy(() -> FromThread.run(token, AnyIO::checkpoint)).isInstanceOf(RunFinishedException.class);
        assertThatThrownBy(() -> FromThread.runNow(token, () -> {})).isInstanceOf(RunFinishedException.class);
        assertThatThrownBy(() -> token.start(TaskOptions.DEFAULTS, () -> 1)).isInstanceOf(RunFinishedException.class);
    }

    @ParameterizedTest
    @MethodSource("io.anyio.testsuite.Transport#optionsAndSimulation")
    @Law({184})
    void theEndOfTheRunCancelsWhatOtherThreadsHaveStarted(BackendOptions options) {
        var trail = new Trail();
        CompletableFuture<Throwable> outcome = AnyIO.run(
                () -> {
                    EventLoopToken token = AnyIO.currentToken();
                    var begun = new CompletableFuture<Boolean>(); // a simulation waits for it
                    var thrown = new CompletableFuture<Throwable>();
                    Thread.startVirtualThread(() -> thrown.complete(catchThrowable(() -> FromThread.run(token, () -> {
                        begun.complete(true);
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(5)));
                            trail.add("clean-up");
                        }
                    }))));
                    AnyIO.await(begun);
                    return thrown;
                },
                options);
        assertThat(trail.events()).containsExactly("clean-up"); // the run has waited
        assertThat(outcome.join()).isInstanceOf(CancellationException.class);
    }

    @AnyIOTest
    void cancellingTheFutureOfATokenCancelsTheTask() {
        EventLoopToken token = AnyIO.currentToken();
        var trail = new Trail();
        var begun = Event.create();
        CompletableFuture<Integer> future = token.start(TaskOptions.named("mine"), () -> {
            trail.add(AnyIO.currentTask().name());
            begun.set();
            try {
                AnyIO.sleepForever();
                return 1;
            } catch (Cancelled c) {
                trail.add("cancelled");
                throw c;
            }
        });
        begun.await();
        future.cancel(true);
        Await.until(() -> trail.events().size() == 2);
        assertThat(trail.events()).containsExactly("mine", "cancelled");
    }

    @AnyIOTest
    void anInterruptOfTheThreadCancelsTheTask() {
        var waiting = Event.create();
        var trail = new Trail();
        ToThread.run(() -> {
            Thread worker = Thread.currentThread();
            Throwable thrown = catchThrowable(() -> FromThread.run(() -> {
                waiting.set();
                worker.interrupt();
                try {
                    AnyIO.sleepForever();
                } finally {
                    trail.add("clean-up");
                }
            }));
            assertThat(thrown).isInstanceOf(RunInterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
        });
        assertThat(trail.events()).containsExactly("clean-up");
    }
}
