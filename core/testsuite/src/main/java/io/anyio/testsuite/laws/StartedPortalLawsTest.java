package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.HeldBlock;
import io.anyio.thread.HeldResource;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of portals with a run of their own, used by a thread that is not a task. */
class StartedPortalLawsTest {
    private static final String BACKENDS = "io.anyio.testsuite.Transport#optionsAndSimulation";

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Ported({
        "FT::TestBlockingPortal::test_start_with_new_event_loop",
        "FT::TestBlockingPortal::test_start_with_thread_name",
        "FT::TestBlockingPortal::test_start_without_thread_name"
    })
    void itRunsOnAThreadWithAName(BackendOptions options) {
        try (BlockingPortal portal = BlockingPortal.start(options, "mine")) {
            assertThat(threadNames()).contains("mine");
            assertThat(portal.<Thread, RuntimeException>call(() -> Thread.currentThread()))
                    .isNotSameAs(Thread.currentThread());
        }
        assertThat(threadNames()).doesNotContain("mine");
        try (BlockingPortal portal = BlockingPortal.start(options);
                BlockingPortal _ = BlockingPortal.start(options)) {
            assertThat(threadNames().stream().filter(name -> name.startsWith(options.backend() + "-portal-")))
                    .hasSizeGreaterThanOrEqualTo(2)
                    .doesNotHaveDuplicates();
            portal.call(() -> assertThat(AnyIO.currentBackend()).contains(options.backend()));
        }
    }

    private static List<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }

    @Test
    @Ported({"FT::TestBlockingPortal::test_start_with_nonexistent_backend"})
    void aBackendThatCannotStartIsTheFailureOfTheStart() {
        var broken = new BrokenOptions();
        assertThatThrownBy(() -> BlockingPortal.start(broken)).isSameAs(broken.failure);
    }

    private static final class BrokenOptions implements BackendOptions {
        private final IllegalStateException failure = new IllegalStateException("expected");

        @Override
        public String backend() {
            return "broken";
        }

        @Override
        public Backend open() {
            throw failure;
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({186})
    @Ported({"FT::TestBlockingPortal::test_call_stopped_portal"})
    void aClosedPortalRefusesCalls(BackendOptions options) {
        BlockingPortal portal = BlockingPortal.start(options);
        portal.close();
        portal.close();
        assertThatThrownBy(() -> portal.call(() -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("This portal is not running");
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Ported({"FT::TestBlockingPortal::test_start_task_soon", "FT::TestBlockingPortal::test_start_task_soon_non_corofunc"
    })
    void aFutureHasTheValueOfItsTask(BackendOptions options) {
        CompletableFuture<String> later;
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            var first = Event.create();
            var second = Event.create();
            CompletableFuture<String> future = portal.startSoon(() -> {
                first.await();
                second.set();
                return "test";
            });
            portal.call(() -> first.set());
            portal.call(() -> second.await());
            assertThat(future.join()).isEqualTo("test");
            later = portal.startSoon(() -> {
                AnyIO.checkpoint();
                return "later";
            });
        }
        assertThat(later).isCompletedWithValue("later");
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({188})
    @Ported({
        "FT::TestBlockingPortal::test_start_task_soon_cancel_later",
        "FT::TestBlockingPortal::test_start_task_soon_cancel_immediately",
        "FT::TestBlockingPortal::test_start_task_soon_cancel_after_stop"
    })
    void cancellingAFutureCancelsItsTaskAtAnyTime(BackendOptions options) throws Exception {
        for (String when : List.of("immediately", "later", "after the stop")) {
            var ended = new CountDownLatch(1);
            var trail = new Trail();
            try (BlockingPortal portal = BlockingPortal.start(options)) {
                CompletableFuture<?> future = portal.startSoon(() -> {
                    try {
                        AnyIO.sleepForever();
                    } catch (Throwable t) { // rethrown
                        trail.add(t.getClass().getSimpleName());
                        throw t;
                    } finally {
                        ended.countDown();
                    }
                });
                if (!when.equals("immediately")) {
                    portal.call(() -> AnyIO.awaitAllTasksBlocked());
                }
                if (when.equals("after the stop")) {
                    portal.call(() -> portal.stop());
                }
                future.cancel(false);
                ended.await();
                assertThat(future).isCancelled();
            }
            assertThat(trail.events()).as(when).containsExactly("Cancelled");
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Ported({"FT::TestBlockingPortal::test_start_task_soon_with_name", "FT::TestBlockingPortal::test_start_with_name"})
    void aTaskCanHaveAName(BackendOptions options) {
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            TaskOptions named = TaskOptions.named("testname");
            assertThat(portal.startSoon(named, () -> AnyIO.currentTask().name()).join())
                    .isEqualTo("testname");
            assertThat(portal.<Integer, String>startTask(named, status -> {
                                status.started(AnyIO.currentTask().name());
                                return 1;
                            })
                            .startValue())
                    .isEqualTo("testname");
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({187})
    void aBodyThatFailsCancelsTheTasks(BackendOptions options) {
        var trail = new Trail();
        var failure = new IOException("expected");
        assertThatThrownBy(() -> BlockingPortal.using(options, portal -> {
                    var _ = portal.startSoon(() -> {
                        try {
                            AnyIO.sleepForever();
                        } finally {
                            trail.add("cancelled");
                        }
                    });
                    portal.call(() -> AnyIO.awaitAllTasksBlocked());
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(trail.events()).containsExactly("cancelled");
        BlockingPortal.using(options, portal -> {
            var _ = portal.startSoon(() -> {
                AnyIO.checkpoint();
                trail.add("completed");
            });
        });
        assertThat(trail.events()).containsExactly("cancelled", "completed");
    }

    // ---- starting with a report ----

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({191})
    @Ported({
        "FT::TestBlockingPortal::test_start_no_value",
        "FT::TestBlockingPortal::test_start_with_value",
        "FT::TestBlockingPortal::test_start_non_corofunc"
    })
    void theReportOfATaskIsReturned(BackendOptions options) {
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            var started = portal.<Integer, String>startTask(status -> {
                status.started("foo");
                AnyIO.checkpoint();
                return 7;
            });
            assertThat(started.startValue()).isEqualTo("foo");
            assertThat(started.future().join()).isEqualTo(7);
            var none = portal.<Integer, String>startTask(status -> {
                status.started();
                return 7;
            });
            assertThat(none.startValue()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({191})
    @Ported({
        "FT::TestBlockingPortal::test_start_crash_before_started_call",
        "FT::TestBlockingPortal::test_start_crash_after_started_call",
        "FT::TestBlockingPortal::test_start_no_started_call"
    })
    void aTaskThatFailsOrEndsBeforeItsReportFailsTheStart(BackendOptions options) {
        var failure = new IOException("expected");
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            assertThatThrownBy(() -> portal.startTask(status -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThatThrownBy(() -> portal.startTask(status -> 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("without calling started()");
            var late = portal.<Integer, Integer>startTask(status -> {
                status.started(2);
                throw failure;
            });
            assertThat(late.startValue()).isEqualTo(2);
            assertThat(catchThrowable(() -> late.future().join())).hasCause(failure);
            var twice = portal.<Integer, Integer>startTask(status -> {
                status.started(3);
                assertThatThrownBy(() -> status.started(4)).hasMessageContaining("twice");
                return 5;
            });
            assertThat(twice.future().join()).isEqualTo(5);
        }
    }

    // ---- blocks that hold a value ----

    private static HeldBlock<String> block(Trail trail, boolean ignoresFailures) {
        return holder -> {
            trail.add("enter");
            try {
                holder.hold("test");
                trail.add("exit");
            } catch (Exception e) {
                trail.add("exit after " + e.getMessage());
                if (!ignoresFailures) {
                    throw e;
                }
            }
        };
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({190})
    @Ported({"FT::TestBlockingPortal::test_async_context_manager_success"})
    void aBlockHoldsItsValueUntilItIsClosed(BackendOptions options) {
        var trail = new Trail();
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            try (HeldResource<String> held = portal.open(block(trail, false))) {
                trail.add(held.value());
            }
            trail.add("closed");
        }
        assertThat(trail.events()).containsExactly("enter", "test", "exit", "closed");
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({190})
    @Ported({
        "FT::TestBlockingPortal::test_async_context_manager_error",
        "FT::TestBlockingPortal::test_async_context_manager_error_ignore"
    })
    void aFailureIsThrownInTheBlockWhichMayCatchIt(BackendOptions options) {
        var trail = new Trail();
        var failure = new IOException("a failure");
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            HeldResource<String> strict = portal.open(block(trail, false));
            assertThatThrownBy(() -> strict.close(failure)).isSameAs(failure);
            HeldResource<String> tolerant = portal.open(block(trail, true));
            assertThat(tolerant.close(failure)).isTrue();
            assertThat(tolerant.close(failure)).isFalse();
        }
        assertThat(trail.events()).containsExactly("enter", "exit after a failure", "enter", "exit after a failure");
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void anErrorOfTheOtherThreadIsNoneOfThePortal(BackendOptions options) {
        var error = new AssertionError("expected");
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            HeldResource<String> held = portal.open(block(new Trail(), false));
            assertThatThrownBy(() -> held.close(error)).isSameAs(error);
            portal.call(() -> AnyIO.checkpoint()); // otherwise it would be cancelled
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({190})
    @Ported({"FT::TestBlockingPortal::test_async_context_manager_exception_in_task_group"})
    void aTaskThatFailsInTheBlockFailsTheClosing(BackendOptions options) {
        var failure = new IOException("expected");
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            HeldResource<TaskGroup> held = portal.open(holder -> TaskGroup.run(holder::hold));
            held.value().startSoon(() -> {
                throw failure;
            });
            assertThatThrownBy(held::close)
                    .isInstanceOfSatisfying(
                            ExceptionGroup.class,
                            group -> assertThat(group.exceptions()).containsExactly(failure));
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    @Law({190})
    void aBlockIsLeftIfItsTaskIsCancelled(BackendOptions options) {
        var trail = new Trail();
        BlockingPortal portal = BlockingPortal.start(options);
        HeldResource<String> held = portal.open(holder -> {
            try {
                holder.hold("value");
            } finally {
                trail.add("clean-up");
            }
        });
        portal.stop(true);
        portal.close();
        assertThat(trail.events()).containsExactly("clean-up");
        assertThatThrownBy(held::close).isInstanceOf(CancellationException.class);
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aBlockThatHoldsNothingFailsTheOpening(BackendOptions options) {
        var failure = new IOException("expected");
        try (BlockingPortal portal = BlockingPortal.start(options)) {
            assertThatThrownBy(() -> portal.open(holder -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("without calling hold()");
            assertThatThrownBy(() -> portal.open(holder -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThatThrownBy(() -> portal.<Integer>open(holder -> {
                                holder.hold(1);
                                holder.hold(2);
                            })
                            .close())
                    .hasMessageContaining("hold() was called twice");
        }
    }
}
