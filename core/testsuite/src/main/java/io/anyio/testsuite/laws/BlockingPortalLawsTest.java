package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.ContextVar;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.RunInterruptedException;
import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.ToThread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Tests of portals that a task opens for other threads. */
class BlockingPortalLawsTest {

    /** Calls that threads of their own make through a portal. */
    private static final class Callers {
        private final BlockingPortal portal;
        private final List<CompletableFuture<String>> outcomes = new ArrayList<>();

        Callers(BlockingPortal portal) {
            this.portal = portal;
        }

        /** Lets a new thread sleep through the portal. Returns when its task has begun. */
        void sleep(Duration delay) {
            var begun = Event.create();
            var outcome = new CompletableFuture<String>();
            outcomes.add(outcome);
            Thread.startVirtualThread(() -> {
                Throwable thrown = catchThrowable(() -> portal.call(() -> {
                    begun.set();
                    AnyIO.sleep(delay);
                }));
                outcome.complete(thrown == null ? "returned" : thrown.getClass().getSimpleName());
            });
            begun.await();
        }

        List<String> outcomes() {
            return outcomes.stream().map(CompletableFuture::join).toList();
        }
    }

    @AnyIOTest
    @Ported({"FT::TestBlockingPortal::test_call_corofunc", "FT::TestBlockingPortal::test_call_non_corofunc"})
    void aCallReturnsTheValueOfItsTask() {
        BlockingPortal.run(portal -> {
            int value = ToThread.run(() -> portal.call(() -> {
                AnyIO.checkpoint();
                return 3;
            }));
            assertThat(value).isEqualTo(3);
        });
    }

    @AnyIOTest
    void aFailureGoesToItsCallerOnly() {
        var failure = new IOException("expected");
        BlockingPortal.run(portal -> {
            Throwable thrown = ToThread.run(() -> catchThrowable(() -> portal.call(() -> {
                throw failure;
            })));
            assertThat(thrown).isSameAs(failure);
            AnyIO.checkpoint();
        });
    }

    @AnyIOTest(simulated = false) // the threads of the callers are no external work of a simulation
    @Law({187})
    @Ported({"FT::TestBlockingPortal::test_aexit_with_exception"})
    void aBodyThatFailsCancelsTheTasksOfThePortal() {
        List<Callers> callers = new ArrayList<>();
        assertThatThrownBy(() -> BlockingPortal.run(portal -> {
                    callers.add(new Callers(portal));
                    callers.getFirst().sleep(Duration.ofSeconds(30));
                    callers.getFirst().sleep(Duration.ofSeconds(30));
                    throw new IOException("expected");
                }))
                .isInstanceOf(ExceptionGroup.class);
        assertThat(callers.getFirst().outcomes()).containsOnly("CancellationException");
    }

    @AnyIOTest(simulated = false)
    @Law({187})
    @Ported({"FT::TestBlockingPortal::test_aexit_without_exception"})
    void theEndOfTheBlockWaitsForTheTasks() {
        List<Callers> callers = new ArrayList<>();
        BlockingPortal.run(portal -> {
            callers.add(new Callers(portal));
            callers.getFirst().sleep(Duration.ofMillis(20));
            callers.getFirst().sleep(Duration.ofMillis(20));
        });
        assertThat(callers.getFirst().outcomes()).containsExactly("returned", "returned");
    }

    @AnyIOTest
    @Law({186})
    @Ported({"FT::TestBlockingPortal::test_call_portal_from_event_loop_thread"})
    void aTaskOfTheRunIsRefused() {
        BlockingPortal.run(portal -> {
            for (var refused : List.of(
                    catchThrowable(() -> portal.call(() -> 1)),
                    catchThrowable(() -> portal.startSoon(() -> 1)),
                    catchThrowable(() -> portal.startTask(status -> 1)),
                    catchThrowable(() -> portal.open(holder -> {})))) {
                assertThat(refused)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("cannot be called by a task of its run");
            }
        });
    }

    @AnyIOTest
    @Law({186})
    void aStoppedPortalRefusesCalls() {
        List<BlockingPortal> portals = new ArrayList<>();
        BlockingPortal.run(portal -> {
            portals.add(portal);
            portal.stop();
            portal.sleepUntilStopped();
            assertThat(ToThread.run(() -> catchThrowable(() -> portal.call(() -> 1))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not running");
        });
        assertThat(ToThread.run(() -> catchThrowable(() -> portals.getFirst().startSoon(() -> 1))))
                .hasMessageContaining("not running");
        ToThread.run(() -> portals.getFirst().close());
    }

    @AnyIOTest
    @Law({188})
    void cancellingTheFutureCancelsTheTask() {
        var trail = new Trail();
        BlockingPortal.run(portal -> {
            var begun = Event.create();
            CompletableFuture<?> future = ToThread.run(() -> portal.startSoon(() -> {
                begun.set();
                try {
                    AnyIO.sleepForever();
                } finally {
                    trail.add("cancelled");
                }
            }));
            begun.await();
            future.cancel(true);
        });
        assertThat(trail.events()).containsExactly("cancelled");
    }

    @AnyIOTest
    @Law({189})
    @Ported({"FT::TestBlockingPortal::test_cancel_portal_future"})
    void stoppingWithACancellationEndsTheWaitsOfOtherThreads() {
        BlockingPortal.run(portal -> {
            CompletableFuture<?> future = ToThread.run(() -> portal.startSoon(() -> AnyIO.sleepForever()));
            portal.stop(true);
            assertThat(ToThread.run(() -> catchThrowable(future::join))).isInstanceOf(CancellationException.class);
        });
    }

    @AnyIOTest
    @Ported({"FT::TestBlockingPortal::test_from_async"})
    void aTaskOfAnotherRunMayCall() {
        BlockingPortal.run(portal -> {
            String backend = AnyIO.currentBackend().orElseThrow();
            ToThread.run(() -> AnyIO.run(
                    () -> assertThat(portal.<String, RuntimeException>call(
                                    () -> AnyIO.currentBackend().orElseThrow()))
                            .isEqualTo(backend),
                    "jdk"));
        });
    }

    @AnyIOTest
    @Ported({"FT::TestBlockingPortal::test_raise_baseexception_from_task"})
    void anErrorOfATaskFailsThePortalToo() {
        var error = new AssertionError("expected");
        assertThatThrownBy(() -> BlockingPortal.run(portal -> {
                    Throwable thrown = ToThread.run(() -> catchThrowable(() -> portal.call(() -> {
                        throw error;
                    })));
                    assertThat(thrown).isSameAs(error);
                    AnyIO.sleepForever();
                }))
                .isInstanceOfSatisfying(
                        ErrorGroup.class,
                        group -> assertThat(group.exceptions()).containsExactly(error));
    }

    @AnyIOTest
    void anInterruptOfTheCallerCancelsItsTask() {
        var trail = new Trail();
        BlockingPortal.run(portal -> ToThread.run(() -> {
            Thread worker = Thread.currentThread();
            Throwable thrown = catchThrowable(() -> portal.call(() -> {
                worker.interrupt();
                try {
                    AnyIO.sleepForever();
                } finally {
                    trail.add("clean-up");
                }
            }));
            assertThat(thrown).isInstanceOf(RunInterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
        }));
        assertThat(trail.events()).containsExactly("clean-up");
    }

    @AnyIOTest
    @Ported({
        "FT::TestBlockingPortal::test_contextvar_propagation_sync",
        "FT::TestBlockingPortal::test_contextvar_propagation_async"
    })
    void tasksInheritTheContextVariablesOfTheBlockOrOfTheWorker() {
        ContextVar<String> variable = ContextVar.create("variable", "none");
        variable.set("of the block");
        BlockingPortal.run(portal -> {
            var outside = new CompletableFuture<String>();
            ToThread.run(() -> {
                Thread.startVirtualThread(() -> outside.complete(portal.call(() -> variable.get())));
                assertThat(outside.join()).isEqualTo("of the block");
                variable.set("of the worker");
                assertThat(portal.<String, RuntimeException>call(() -> variable.get()))
                        .isEqualTo("of the worker");
                assertThat(portal.<String, RuntimeException>call(() -> {
                            AnyIO.checkpoint();
                            return variable.get();
                        }))
                        .isEqualTo("of the worker");
            });
        });
    }

    @AnyIOTest
    void aTaskHasTheNameOfItsCodeOrOfItsOptions() {
        BlockingPortal.run(portal -> ToThread.run(() -> {
            assertThat(portal.startSoon(() -> AnyIO.currentTask().name()).join())
                    .contains("BlockingPortalLawsTest");
            assertThat(portal.startSoon(
                                    TaskOptions.named("mine"),
                                    () -> AnyIO.currentTask().name())
                            .join())
                    .isEqualTo("mine");
        }));
    }

    @AnyIOTest
    void manyThreadsUseOnePortal() {
        var sum = new int[1];
        var all = new CountDownLatch(50);
        BlockingPortal.run(portal -> ToThread.run(() -> {
            for (int i = 0; i < 50; i++) {
                Thread.startVirtualThread(() -> {
                    portal.call(() -> {
                        int before = sum[0];
                        AnyIO.currentTask();
                        sum[0] = before + 1; // no task of the loop runs in between
                    });
                    all.countDown();
                });
            }
            all.await();
        }));
        assertThat(sum[0]).isEqualTo(50);
    }
}
