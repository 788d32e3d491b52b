package io.anyio.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.Interruptible;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

/** Task groups as executors and thread factories. */
class GroupExecutorsTest {

    @SimulatedTest(seeds = 100, loops = 2)
    void workRunsAsTasksThatTheGroupAwaits() {
        List<Integer> done = new ArrayList<>();
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        TaskGroup.run(group -> {
            Executor executor = GroupExecutors.executor(group);
            for (int i = 0; i < 5; i++) {
                int number = i;
                futures.add(CompletableFuture.supplyAsync(
                        () -> {
                            AnyIO.checkpoint();
                            done.add(number);
                            return number;
                        },
                        executor));
            }
        });
        assertThat(done).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(futures).allMatch(CompletableFuture::isDone);
    }

    @SimulatedTest
    void anEndedGroupRejectsWork() {
        var executor = new Executor[2];
        TaskGroup.run(group -> executor[0] = GroupExecutors.executor(group));
        assertThatThrownBy(() -> executor[0].execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @SimulatedTest
    void aFailureIsAFailureOfTheGroup() {
        assertThatThrownBy(() ->
                        TaskGroup.run(group -> GroupExecutors.executor(group).execute(() -> {
                            throw new IllegalStateException("boom");
                        })))
                .isInstanceOf(ExceptionGroup.class)
                .hasStackTraceContaining("boom");
    }

    @SimulatedTest
    void tasksAreNamedAfterTheOptionsOrTheCode() {
        List<String> names = new ArrayList<>();
        TaskGroup.run(group -> {
            GroupExecutors.executor(group, TaskOptions.named("mine"))
                    .execute(() -> names.add(AnyIO.currentTask().name()));
            GroupExecutors.executor(group)
                    .execute(() -> names.add(AnyIO.currentTask().name()));
        });
        assertThat(names).containsExactlyInAnyOrder("mine", GroupExecutorsTest.class.getName());
    }

    @AnyIOTest
    void anyThreadMayUseTheExecutor() {
        List<Integer> done = new ArrayList<>();
        TaskGroup.run(group -> {
            Executor executor = GroupExecutors.executor(group);
            List<CompletableFuture<?>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int j = 0; j < 50; j++) {
                        int number = j;
                        executor.execute(() -> done.add(number)); // one loop, so no two at a time
                    }
                }));
            }
            AnyIO.await(CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)));
        });
        assertThat(done).hasSize(200);
    }

    // ---- threads ----

    @AnyIOTest
    void aThreadPoolRunsItsWorkInTasks() {
        TaskGroup.run(group -> {
            try (ExecutorService pool = Executors.newFixedThreadPool(2, GroupExecutors.threadFactory(group))) {
                List<Future<String>> results = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    results.add(pool.submit(() -> {
                        AnyIO.checkpoint();
                        return "x";
                    }));
                }
                for (Future<String> result : results) {
                    assertThat(Interruptible.<String, Exception>call(result::get))
                            .isEqualTo("x");
                }
            }
        });
    }

    @AnyIOTest
    void aThreadIsAliveUntilItsTaskHasEnded() throws Exception {
        var release = new CompletableFuture<String>();
        TaskGroup.run(group -> {
            Thread thread = GroupExecutors.threadFactory(group, TaskOptions.named("worker"))
                    .newThread(() -> {
                        assertThat(AnyIO.currentTask().name()).isEqualTo("worker");
                        AnyIO.await(release);
                    });
            assertThat(thread.getState()).isEqualTo(Thread.State.NEW);
            thread.start();
            assertThat(thread.isAlive()).isTrue();
            release.complete("go");
            Interruptible.run(thread::join);
            assertThat(thread.isAlive()).isFalse();
        });
    }

    @AnyIOTest
    void anInterruptReachesTheCode() {
        for (int i = 0; i < 20; i++) {
            var caught = new CompletableFuture<String>();
            TaskGroup.run(group -> {
                Thread thread = GroupExecutors.threadFactory(group).newThread(() -> {
                    try {
                        new LinkedBlockingQueue<String>().take();
                    } catch (InterruptedException expected) {
                        caught.complete("interrupted");
                    }
                });
                thread.start();
                thread.interrupt();
                assertThat(AnyIO.<String>await(caught)).isEqualTo("interrupted");
            });
        }
    }

    @AnyIOTest
    void aFailureGoesToTheHandlerOfTheThreadIfItHasOne() {
        var handled = new AtomicReference<Throwable>();
        TaskGroup.run(group -> {
            Thread thread = GroupExecutors.threadFactory(group).newThread(() -> {
                throw new IllegalStateException("boom");
            });
            thread.setUncaughtExceptionHandler((_, failure) -> handled.set(failure));
            thread.start();
            Interruptible.run(thread::join);
        });
        assertThat(handled.get()).hasMessage("boom");
        assertThatThrownBy(() -> TaskGroup.run(group -> {
                    Thread thread = GroupExecutors.threadFactory(group).newThread(() -> {
                        throw new IllegalStateException("boom");
                    });
                    thread.start();
                    Interruptible.run(thread::join);
                }))
                .isInstanceOf(ExceptionGroup.class);
    }

    @AnyIOTest
    void anEndedGroupMakesNoThreadsAndStartsNone() throws Exception {
        var factory = new ThreadFactory[1];
        var made = new Thread[1];
        var ran = new CountDownLatch(1);
        TaskGroup.run(group -> {
            factory[0] = GroupExecutors.threadFactory(group);
            made[0] = factory[0].newThread(ran::countDown);
        });
        assertThat(factory[0].newThread(() -> {})).isNull();
        var failure = new CompletableFuture<Throwable>();
        made[0].setUncaughtExceptionHandler((_, thrown) -> failure.complete(thrown));
        made[0].start();
        assertThat(AnyIO.<Throwable>await(failure)).isInstanceOf(RejectedExecutionException.class);
        assertThat(ran.getCount()).isEqualTo(1);
    }

    @AnyIOTest
    void aCancelledGroupCancelsTheCode() {
        var ended = new AtomicReference<Throwable>();
        TaskGroup.run(group -> {
            var running = new CompletableFuture<String>();
            Thread thread = GroupExecutors.threadFactory(group).newThread(() -> {
                try {
                    running.complete("x");
                    AnyIO.sleepForever();
                } catch (Cancelled c) {
                    ended.set(c);
                    throw c;
                }
            });
            thread.start();
            AnyIO.await(running);
            group.cancel();
        });
        assertThat(ended.get()).isInstanceOf(Cancelled.class);
    }
}
