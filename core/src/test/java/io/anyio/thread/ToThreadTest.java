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
import io.anyio.testing.junit.SimulatedTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Code on a worker thread: its value and failure come back, and a cancellation waits for it. */
class ToThreadTest {
    private static final ToThreadOptions ABANDON = ToThreadOptions.DEFAULTS.withAbandonOnCancel(true);

    @SimulatedTest
    void runsOnAPlatformThreadAndGivesTheValue() {
        Thread worker = ToThread.run(Thread::currentThread);
        assertThat(worker.isVirtual()).isFalse();
        assertThat(worker.isDaemon()).isTrue();
        assertThat(worker.getName()).startsWith("anyio-worker-");
        assertThat(ToThread.<String, RuntimeException>run(() -> null)).isNull();
    }

    @SimulatedTest
    void throwsWhatTheCodeThrows() {
        var failure = new IOException("expected");
        assertThatThrownBy(() -> ToThread.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> ToThread.run(() -> {
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
            group.startSoon(() -> ToThread.run(ABANDON, () -> {
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
        assertThat(ToThread.<String, RuntimeException>run(ABANDON, () -> "a value"))
                .isEqualTo("a value");
    }

    @SimulatedTest
    void cancelledBeforeItNeverRuns() {
        var ran = new AtomicBoolean();
        CancelScope.open(scope -> {
            scope.cancel();
            assertThatThrownBy(() -> ToThread.run(() -> {
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
                String value = ToThread.run(() -> {
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
        var full = new CountDownLatch(ToThread.DEFAULT_TOKENS);
        List<TaskHandle<Integer>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3 * ToThread.DEFAULT_TOKENS; i++) {
                int number = i;
                handles.add(group.startSoon(() -> ToThread.<Integer, Exception>run(() -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    full.countDown();
                    full.await();
                    now.decrementAndGet();
                    return number;
                })));
            }
        });
        assertThat(most).hasValue(ToThread.DEFAULT_TOKENS);
        assertThat(handles)
                .extracting(TaskHandle::returnValue)
                .hasSize(3 * ToThread.DEFAULT_TOKENS)
                .doesNotHaveDuplicates();
    }

    @Test
    void isForTasksOnly() {
        assertThatThrownBy(() -> ToThread.run(() -> null)).isInstanceOf(NoEventLoopException.class);
    }
}
