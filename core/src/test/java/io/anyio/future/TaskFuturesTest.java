package io.anyio.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Tasks as completable futures. */
class TaskFuturesTest {
    private static final TaskOptions ANY_LOOP = TaskOptions.DEFAULTS.withSpread(true);

    @SimulatedTest(seeds = 200, loops = 2)
    void theFutureTakesTheOutcomeOrCancelsTheTask() {
        String[] ends = new String[2];
        var future = new CompletableFuture<?>[1];
        TaskGroup.run(group -> {
            TaskHandle<String> handle = group.startSoon(ANY_LOOP, () -> {
                try {
                    for (int i = 0; i < 3; i++) {
                        AnyIO.checkpoint();
                    }
                    ends[0] = "value";
                    return "value";
                } catch (Cancelled c) {
                    ends[0] = "cancelled";
                    throw c;
                }
            });
            group.startSoon(ANY_LOOP, () -> {
                AnyIO.checkpoint();
                CompletableFuture<String> made = TaskFutures.toCompletableFuture(handle);
                future[0] = made;
                var _ = made.handle((value, failure) -> ends[1] = failure == null ? value : "cancelled");
                AnyIO.checkpoint();
                made.cancel(true);
            });
        });
        assertThat(future[0]).isDone();
        assertThat(ends[1]).isNotNull();
        if (ends[1].equals("value")) {
            assertThat(ends[0]).isEqualTo("value");
        } else if (ends[0] != null) {
            assertThat(ends[0]).isIn("cancelled", "value"); // it had passed its last checkpoint
        }
    }

    @SimulatedTest(seeds = 20)
    void aFailureGoesToTheFutureAndToTheGroup() {
        var future = new CompletableFuture<?>[1];
        assertThatThrownBy(() -> TaskGroup.run(group -> {
                    TaskHandle<?> handle = group.startSoon(() -> {
                        throw new IllegalStateException("boom");
                    });
                    future[0] = TaskFutures.toCompletableFuture(handle);
                }))
                .isInstanceOf(ExceptionGroup.class);
        assertThatThrownBy(future[0]::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("boom");
    }

    @SimulatedTest(seeds = 20)
    void everyKindOfCompletionCancelsTheTask() {
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TaskHandle<Integer> handle = group.startSoon(() -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        cancelled[0]++;
                    }
                    return 1;
                });
                futures.add(TaskFutures.toCompletableFuture(handle));
            }
            AnyIO.checkpoint();
            futures.get(0).cancel(true);
            futures.get(1).complete(2);
            futures.get(2).completeExceptionally(new IllegalStateException());
            assertThatThrownBy(() -> AnyIO.await(futures.get(3).orTimeout(1, TimeUnit.MILLISECONDS)))
                    .hasCauseInstanceOf(TimeoutException.class);
        });
        assertThat(cancelled[0]).isEqualTo(4);
    }

    @SimulatedTest
    void aCancelledTaskCancelsItsFuture() {
        TaskGroup.run(group -> {
            TaskHandle<?> handle = group.startSoon(AnyIO::sleepForever);
            CompletableFuture<?> future = TaskFutures.toCompletableFuture(handle);
            handle.cancel();
            assertThatThrownBy(() -> AnyIO.await(future)).isInstanceOf(CancellationException.class);
            assertThat(future).isCancelled();
        });
    }

    @SimulatedTest
    void aTaskThatHasEndedHasACompleteFuture() {
        TaskGroup.run(group -> {
            TaskHandle<String> handle = group.startSoon(() -> "x");
            handle.await();
            assertThat(TaskFutures.toCompletableFuture(handle)).isCompletedWithValue("x");
            TaskHandle<String> none = group.startSoon(() -> (String) null);
            none.await();
            assertThat(TaskFutures.toCompletableFuture(none)).isCompletedWithValue(null);
        });
    }

    @SimulatedTest
    void aCallbackThatThrowsHarmsNeitherTheTaskNorTheGroup() {
        TaskGroup.run(group -> {
            CompletableFuture<String> future = TaskFutures.toCompletableFuture(group.startSoon(() -> "x"));
            CompletableFuture<String> derived = future.thenApply(_ -> {
                throw new AssertionError("of a callback");
            });
            assertThat(AnyIO.<String>await(future)).isEqualTo("x");
            assertThatThrownBy(() -> AnyIO.await(derived)).hasMessage("of a callback");
        });
    }

    @SimulatedTest(seeds = 50, loops = 2)
    void everyFutureIsCompleteWhenTheGroupHasEnded() {
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                futures.add(TaskFutures.toCompletableFuture(group.startSoon(ANY_LOOP, () -> {
                    AnyIO.sleep(Duration.ofMillis(number % 2));
                    return number;
                })));
            }
        });
        for (int i = 0; i < 5; i++) {
            assertThat(futures.get(i)).isCompletedWithValue(i);
        }
    }

    @AnyIOTest
    void anyThreadMayMakeAndCancelAFuture() {
        for (int round = 0; round < 50; round++) {
            var ended = new AtomicInteger();
            TaskGroup.run(group -> {
                List<CompletableFuture<?>> threads = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    var started = Event.create();
                    TaskHandle<?> handle = group.startSoon(() -> {
                        started.set();
                        AnyIO.sleepForever();
                    });
                    threads.add(CompletableFuture.runAsync(() -> {
                        var future = TaskFutures.toCompletableFuture(handle);
                        var _ = future.whenComplete((_, _) -> ended.incrementAndGet());
                        future.cancel(true);
                    }));
                }
                AnyIO.await(CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)));
            });
            assertThat(ended).hasValue(4);
        }
    }
}
