package io.anyio.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.ContextVar;
import io.anyio.NoEventLoopException;
import io.anyio.Suspension;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import io.anyio.testing.AnyIOTest;
import io.anyio.testing.Trail;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Futures, threads and interrupts of others. */
class ForeignLawsTest {

    @AnyIOTest
    @Law({74})
    @Ported({"TG::test_cancel_native_future_tasks", "TG::test_cancel_native_future_tasks_cancel_scope"})
    void aTaskThatWaitsForAForeignFutureCanBeCancelled() {
        var future = new CompletableFuture<String>();
        TaskGroup.run(group -> {
            group.startSoon(() -> awaits(future));
            group.startSoon(() -> CancelScope.open(_ -> awaits(future)));
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
                return awaits(future);
            });
            waiting.await();
            future.complete("value");
            waiter.cancel();
            waiter.await();
            assertThat(waiter.returnValue()).isEqualTo("value");
        });
    }

    private static String awaits(CompletableFuture<String> future) {
        var wait = Suspension.create("a foreign future");
        var _ = future.whenComplete((_, _) -> wait.resume());
        wait.await();
        return future.join();
    }

    @AnyIOTest(backends = "netty")
    @Law({89, 92})
    @Ported({"TG::test_cleanup_after_native_cancel", "TG::test_propagate_native_cancellation_from_taskgroup"})
    void anInterruptIsNoCancellationAndStaysWithTheTask() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            var waiting = Event.create();
            Thread[] thread = new Thread[1];
            var child = group.startSoon(() -> {
                thread[0] = Thread.currentThread();
                waiting.set();
                AnyIO.sleep(Duration.ofMillis(20));
                trail.add(Thread.interrupted() ? "slept, flag kept" : "slept, flag lost");
                AnyIO.checkpoint();
            });
            waiting.await();
            thread[0].interrupt();
            child.join();
            assertThat(group.cancelScope().cancelCalled()).isFalse();
        });
        assertThat(trail.events()).containsExactly("slept, flag kept");
    }

    @AnyIOTest(backends = "netty")
    void aThreadThatATaskStartsIsNoTask() throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread.startVirtualThread(() -> thrown[0] = catchThrowable(AnyIO::checkpoint))
                .join();
        assertThat(thrown[0]).isInstanceOf(NoEventLoopException.class);
    }

    @AnyIOTest
    @Law({50})
    @Ported({"TG::TestCreateTask::test_custom_context"})
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
