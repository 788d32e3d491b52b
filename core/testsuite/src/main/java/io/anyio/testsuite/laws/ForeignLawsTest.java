package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ContextVar;
import io.anyio.NoEventLoopException;
import io.anyio.TaskContext;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Tests with futures, threads and interrupts of other code. */
class ForeignLawsTest {

    @AnyIOTest
    @Law({74})
    @Ported({"TG::test_cancel_native_future_tasks", "TG::test_cancel_native_future_tasks_cancel_scope"})
    void aTaskThatWaitsForAForeignFutureCanBeCancelled() {
        var future = new CompletableFuture<String>();
        TaskGroup.run(group -> {
            group.startSoon(() -> AnyIO.await(future));
            group.startSoon(() -> CancelScope.open(_ -> AnyIO.await(future)));
            AnyIO.checkpoint();
            group.cancel();
        });
        assertThat(future).isNotDone();
    }

    @AnyIOTest
    @Law({74, 75})
    void aForeignFutureThatIsCompletedInTimeWins() {
        var future = new CompletableFuture<String>();
        var waiting = Event.create();
        TaskGroup.run(group -> {
            var waiter = group.startSoon(() -> {
                waiting.set();
                return AnyIO.await(future);
            });
            waiting.await();
            future.complete("value");
            waiter.cancel();
            waiter.await();
            assertThat(waiter.returnValue()).isEqualTo("value");
        });
    }

    @AnyIOTest
    @Law({74})
    void everyWaitForAFutureOfOtherThreadsEndsWithItsValueOrItsCancellation() {
        for (int round = 0; round < 50; round++) {
            var future = new CompletableFuture<String>();
            List<String> ends = new ArrayList<>();
            TaskGroup.run(group -> {
                List<TaskHandle<?>> waiters = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    waiters.add(group.startSoon(() -> {
                        try {
                            ends.add(AnyIO.await(future));
                        } catch (Cancelled c) {
                            ends.add("cancelled");
                            throw c;
                        }
                    }));
                }
                AnyIO.checkpoint();
                CompletableFuture<?> both = CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> future.complete("value")),
                        CompletableFuture.runAsync(() -> waiters.forEach(TaskHandle::cancel)));
                AnyIO.await(both);
            });
            assertThat(ends).hasSize(8).allMatch(end -> end.equals("value") || end.equals("cancelled"));
        }
    }

    @AnyIOTest
    @Law({89, 92})
    @Ported({"TG::test_cleanup_after_native_cancel", "TG::test_propagate_native_cancellation_from_taskgroup"})
    void anInterruptIsNoCancellationAndStaysWithTheTask() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            var waiting = Event.create();
            var interrupted = Event.create();
            Thread[] thread = new Thread[1];
            var child = group.startSoon(() -> {
                thread[0] = Thread.currentThread();
                waiting.set();
                interrupted.await();
                trail.add(Thread.interrupted() ? "waited, flag kept" : "waited, flag lost");
                AnyIO.checkpoint();
            });
            waiting.await();
            thread[0].interrupt();
            AnyIO.checkpoint();
            assertThat(child.status()).isEqualTo(TaskHandle.Status.PENDING);
            interrupted.set();
            child.join();
            assertThat(group.cancelScope().cancelCalled()).isFalse();
        });
        assertThat(trail.events()).containsExactly("waited, flag kept");
    }

    @AnyIOTest
    @Law({90})
    @Ported({"TG::test_start_native_host_cancelled", "TG::test_start_native_child_cancelled"})
    void anInterruptEndsNeitherAStartNorTheTaskThatIsStarting() {
        TaskGroup.run(group -> {
            Thread starter = Thread.currentThread();
            int value = group.<Integer>start(status -> {
                starter.interrupt();
                Thread.currentThread().interrupt();
                AnyIO.checkpoint();
                assertThat(Thread.interrupted()).isTrue();
                status.started(7);
            });
            assertThat(value).isEqualTo(7);
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @AnyIOTest
    @Law({91})
    void cancellingAScopeLeavesTheInterruptStatusAsItIs() {
        for (boolean interrupted : new boolean[] {true, false}) {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            CancelScope.open(scope -> {
                scope.cancel();
                AnyIO.checkpoint();
            });
            Timeouts.moveOnAfter(Duration.ofMillis(1), AnyIO::sleepForever);
            assertThat(Thread.interrupted()).isEqualTo(interrupted);
        }
    }

    @AnyIOTest(simulated = false)
    void aThreadThatATaskStartsIsNoTask() throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread.startVirtualThread(() -> thrown[0] = catchThrowable(AnyIO::checkpoint))
                .join();
        assertThat(thrown[0]).isInstanceOf(NoEventLoopException.class);
    }

    @AnyIOTest
    @Law({50})
    @Ported({"TG::TestCreateTask::test_custom_context"})
    void aTaskRunsInTheContextThatItIsGiven() {
        var name = ContextVar.<String>create("name");
        var other = ContextVar.<String>create("other");
        name.set("host");
        var context = TaskContext.copyCurrent();
        name.set("changed since");
        TaskGroup.run(group -> {
            TaskOptions given = TaskOptions.DEFAULTS.withContext(context);
            var first = group.startSoon(given, () -> {
                String found = name.get();
                name.set("first");
                other.where("for a while", AnyIO::checkpoint);
                var child = group.startSoon(() -> name.get());
                return found + ", " + child.join() + ", " + other.get("none");
            });
            assertThat(first.join()).isEqualTo("host, first, none");
            context.run(() -> name.set("there"));
            var second = group.startSoon(given.withName("second"), () -> name.get());
            assertThat(second.join()).isEqualTo("there");
            assertThat(group.<String, String>startHandle(given, status -> {
                                status.started(name.get());
                                return "";
                            })
                            .startValue())
                    .isEqualTo("there");
        });
        assertThat(name.get()).isEqualTo("changed since");
        assertThat(context.toString()).startsWith("TaskContext[").contains("ContextVar[name]");
    }

    @AnyIOTest
    @Law({50})
    void aContextIsEnteredAndLeft() {
        var name = ContextVar.<String>create("name");
        var context = TaskContext.create();
        name.set("mine");
        context.run(() -> {
            assertThat(name.isSet()).isFalse();
            name.set("there");
            AnyIO.checkpoint();
        });
        assertThat(name.get()).isEqualTo("mine");
        var copy = context.copy();
        copy.run(() -> name.set("in the copy"));
        String there = context.call(() -> name.get("none"));
        assertThat(there).isEqualTo("there");
        String copied = copy.call(name::get);
        assertThat(copied).isEqualTo("in the copy");
        assertThatThrownBy(() -> context.run(() -> {
                    throw new IllegalArgumentException("no");
                }))
                .hasMessage("no");
        assertThat(name.get()).isEqualTo("mine");
    }

    /** Only the variable itself is reset. */
    @AnyIOTest
    @Law({50})
    void aValueForAWhileLeavesOtherVariablesAlone() {
        var name = ContextVar.<String>create("name");
        var other = ContextVar.<String>create("other", "default");
        String inside = name.where("inside", () -> {
            other.set("kept");
            return name.get();
        });
        assertThat(inside).isEqualTo("inside");
        assertThat(name.isSet()).isFalse();
        assertThat(other.get()).isEqualTo("kept");
        assertThat(other.get("otherwise")).isEqualTo("kept");
        assertThat(name.get("otherwise")).isEqualTo("otherwise");
    }

    @AnyIOTest
    @Law({50})
    void aTaskSeesTheContextOfTheTaskThatStartsItAndChangesItsOwnOnly() {
        var name = ContextVar.<String>create("name");
        TaskGroup.run(group -> {
            name.set("host");
            var child = group.startSoon(() -> {
                String inherited = name.get();
                name.set("child");
                var grandchild = group.startSoon(() -> name.get());
                return inherited + " " + grandchild.join();
            });
            assertThat(child.join()).isEqualTo("host child");
            assertThat(name.get()).isEqualTo("host");
        });
    }
}
