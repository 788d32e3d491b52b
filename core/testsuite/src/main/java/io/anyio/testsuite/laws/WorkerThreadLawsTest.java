package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.ContextVar;
import io.anyio.RunFinishedException;
import io.anyio.TaskGroup;
import io.anyio.spi.BackendOptions;
import io.anyio.sync.Event;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the life of worker threads: they belong to a run, end with it, and keep nothing of a call. */
class WorkerThreadLawsTest {
    private static final String BACKENDS = "io.anyio.testsuite.Transport#optionsAndSimulation";
    private static final ToThreadOptions ABANDON = ToThreadOptions.DEFAULTS.withAbandonOnCancel(true);
    private static final ContextVar<Object> VARIABLE = ContextVar.create("variable");

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({185})
    @Ported({"TT::test_asyncio_run_sync_multiple", "TT::test_asyncio_no_recycle_stopping_worker"})
    void theThreadsEndWithTheRun(BackendOptions options) throws Exception {
        Set<Thread> threads = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            AnyIO.run(
                    () -> {
                        var both = new CountDownLatch(2);
                        TaskGroup.run(group -> {
                            for (int k = 0; k < 2; k++) {
                                var handle = group.startSoon(() -> ToThread.run(() -> {
                                    both.countDown();
                                    both.await();
                                    return Thread.currentThread();
                                }));
                                group.startSoon(() -> {
                                    threads.add(handle.join());
                                });
                            }
                        });
                    },
                    options);
        }
        assertThat(threads).hasSize(6);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({180, 185})
    void anAbandonedCallMayOutliveTheRun(BackendOptions options) throws Exception {
        var mayEnd = new CountDownLatch(1);
        var outcome = new CompletableFuture<String>();
        Thread[] worker = new Thread[1];
        AnyIO.run(
                () -> TaskGroup.run(group -> {
                    var running = Event.create();
                    group.startSoon(() -> ToThread.run(ABANDON, () -> {
                        worker[0] = Thread.currentThread();
                        running.set();
                        mayEnd.await();
                        assertThatThrownBy(() -> FromThread.run(AnyIO::checkpoint))
                                .isInstanceOf(RunFinishedException.class);
                        outcome.complete("told");
                    }));
                    running.await();
                    group.cancel();
                }),
                options);
        mayEnd.countDown();
        assertThat(outcome.join()).isEqualTo("told");
        worker[0].join();
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({193})
    @Ported({"TT::test_run_sync_worker_cyclic_references"})
    void afterACallNothingRefersToItsCodeOrItsContext(BackendOptions options) {
        AnyIO.run(
                () -> {
                    for (WeakReference<?> reference : callWithSomethingBig()) {
                        ReferenceLawsTest.awaitCleared(reference, ToThread.defaultLimiter());
                    }
                },
                options);
    }

    private static List<WeakReference<?>> callWithSomethingBig() {
        List<WeakReference<?>> references = new ArrayList<>();
        var captured = new byte[1 << 20];
        var context = new byte[1 << 20];
        references.add(new WeakReference<>(captured));
        references.add(new WeakReference<>(context));
        VARIABLE.where(context, () -> ToThread.run(() -> assertThat(captured).hasSize(1 << 20)));
        return references;
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({193})
    @Ported({"TT::test_asyncio_run_does_not_leak_event_loop"})
    void aRunThatHasEndedCanBeCollected(BackendOptions options) {
        ReferenceLawsTest.awaitCleared(runWithAWorker(options), options);
    }

    private static WeakReference<?> runWithAWorker(BackendOptions options) {
        var captured = new byte[1 << 20];
        return AnyIO.run(
                () -> {
                    VARIABLE.set(captured);
                    ToThread.run(() -> {});
                    return new WeakReference<>(captured);
                },
                options);
    }
}
