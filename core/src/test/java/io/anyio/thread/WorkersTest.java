package io.anyio.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.sync.Event;
import io.anyio.testing.SimulatedTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Code on a worker thread: its value and failure come back, and a cancellation waits for it. */
class WorkersTest {

    @SimulatedTest
    void runsOnAPlatformThreadAndGivesTheValue() {
        Thread worker = Workers.call("test", Thread::currentThread);
        assertThat(worker.isVirtual()).isFalse();
        assertThat(worker.isDaemon()).isTrue();
        assertThat(worker.getName()).startsWith("anyio-worker-");
        assertThat(Workers.<String, RuntimeException>call("test", () -> null)).isNull();
    }

    @SimulatedTest
    void throwsWhatTheCodeThrows() {
        var failure = new IOException("expected");
        assertThatThrownBy(() -> Workers.call("test", () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> Workers.call("test", () -> {
                    throw new AssertionError("expected");
                }))
                .isInstanceOf(AssertionError.class);
    }

    @SimulatedTest
    void whatMayBeAbandonedGoesOnWithoutTheTask() throws Exception {
        var begun = Event.create();
        var letGo = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        CancelScope.open(scope -> TaskGroup.run(group -> {
            group.startSoon(() -> Workers.callOrAbandon("test", () -> {
                begun.set();
                letGo.await();
                ended.countDown();
                return null;
            }));
            group.startSoon(() -> {
                begun.await();
                scope.cancel();
            });
        }));
        assertThat(ended.getCount()).isOne();
        letGo.countDown();
        ended.await(); // it has gone on
        assertThat(Workers.<String, RuntimeException>callOrAbandon("test", () -> "a value"))
                .isEqualTo("a value");
    }

    @SimulatedTest
    void cancelledBeforeItNeverRuns() {
        var ran = new AtomicBoolean();
        CancelScope.open(scope -> {
            scope.cancel();
            assertThatThrownBy(() -> Workers.call("test", () -> {
                        ran.set(true);
                        return null;
                    }))
                    .isInstanceOf(Cancelled.class);
        });
        assertThat(ran).isFalse();
    }

    @SimulatedTest
    void cancelledMeanwhileItWaitsForTheEnd() {
        var release = new CountDownLatch(1);
        var started = Event.create();
        List<String> trail = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                String value = Workers.call("test", () -> {
                    started.set();
                    release.await();
                    return "value";
                });
                trail.add(value);
                AnyIO.checkpoint();
                trail.add("not reached");
            });
            started.await();
            group.cancel();
            trail.add("cancelled");
            release.countDown();
        });
        assertThat(trail).containsExactly("cancelled", "value");
    }

    @SimulatedTest
    void runsNoMoreThanTheLimitAtATime() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var full = new CountDownLatch(Workers.LIMIT);
        List<TaskHandle<Integer>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3 * Workers.LIMIT; i++) {
                int number = i;
                handles.add(group.startSoon(() -> Workers.<Integer, Exception>call("test", () -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    full.countDown();
                    full.await();
                    now.decrementAndGet();
                    return number;
                })));
            }
        });
        assertThat(most).hasValue(Workers.LIMIT);
        assertThat(handles)
                .extracting(TaskHandle::returnValue)
                .hasSize(3 * Workers.LIMIT)
                .doesNotHaveDuplicates();
    }

    @Test
    void isForTasksOnly() {
        assertThatThrownBy(() -> Workers.call("test", () -> null)).isInstanceOf(NoEventLoopException.class);
    }
}
