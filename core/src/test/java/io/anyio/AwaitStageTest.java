package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.anyio.sync.Event;
import io.anyio.testing.DeadlockException;
import io.anyio.testing.Simulation;
import io.anyio.testing.SimulationReport;
import io.anyio.testing.StalledException;
import io.anyio.testing.junit.SimulatedTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Tasks that wait for completion stages. */
class AwaitStageTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private long round; // makes the random choices of a program differ between seeds

    @SimulatedTest(seeds = 200, loops = 2)
    void eachWaiterSeesTheOneOutcomeOrIsCancelled() {
        var random = new SplittableRandom(round++);
        var stage = new CompletableFuture<String>();
        List<String> seen = new ArrayList<>();
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiters.add(group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> {
                    try {
                        seen.add(AnyIO.await(stage));
                    } catch (CancellationException c) {
                        seen.add("cancelled");
                    } catch (IllegalStateException failed) {
                        seen.add(failed.getMessage());
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                }));
            }
            group.startSoon(() -> stage.complete("value"));
            group.startSoon(() -> stage.completeExceptionally(new IllegalStateException("failure")));
            group.startSoon(() -> stage.cancel(true));
            group.startSoon(() -> waiters.forEach(waiter -> {
                if (random.nextInt(3) == 0) {
                    waiter.cancel();
                    AnyIO.checkpoint();
                }
            }));
        });
        assertThat(seen).hasSize(8 - cancelled[0]);
        assertThat(seen.stream().distinct().count()).isLessThanOrEqualTo(1);
        assertThat(stage.getNumberOfDependents()).isZero();
    }

    @SimulatedTest(seeds = 50)
    void aCancelledWaitLeavesTheStageAlone() {
        var stage = new CompletableFuture<String>();
        TaskGroup.run(group -> {
            TaskHandle<?> waiter = group.startSoon(() -> AnyIO.await(stage));
            AnyIO.awaitAllTasksBlocked();
            waiter.cancel();
        });
        assertThat(stage).isNotDone();
        assertThat(stage.getNumberOfDependents()).isZero();
    }

    @SimulatedTest
    void aLongLivedStageKeepsNothingOfCancelledWaits() {
        var stage = new CompletableFuture<String>();
        CompletionStage<String> minimal = stage.minimalCompletionStage();
        for (CompletionStage<String> each : List.of(stage, minimal)) {
            int before = stage.getNumberOfDependents();
            for (int i = 0; i < 100; i++) {
                TaskGroup.run(group -> {
                    group.startSoon(() -> AnyIO.await(each));
                    AnyIO.awaitAllTasksBlocked();
                    group.cancel();
                });
            }
            assertThat(stage.getNumberOfDependents()).isEqualTo(before);
            assertThat(each.toCompletableFuture().getNumberOfDependents()).isLessThanOrEqualTo(before);
        }
    }

    @SimulatedTest
    void aCancelledWaitCancelsTheStageWhereAsked() {
        var stage = new CompletableFuture<String>();
        Timeouts.moveOnAfter(SECOND, () -> AnyIO.awaitOrCancel(stage));
        assertThat(stage).isCancelled();
        var unused = new CompletableFuture<String>();
        CancelScope.open(scope -> {
            scope.cancel();
            AnyIO.awaitOrCancel(unused);
        });
        assertThat(unused).isCancelled();
    }

    @SimulatedTest
    void aCancelledTaskGetsNoValueNotEvenOfACompleteStage() {
        boolean[] passed = {false};
        for (CompletionStage<String> stage : List.of(
                CompletableFuture.completedFuture("x"),
                CompletableFuture.completedStage("x"),
                otherStage(CompletableFuture.completedFuture("x")))) {
            CancelScope.open(scope -> {
                scope.cancel();
                AnyIO.await(stage);
                passed[0] = true;
            });
        }
        assertThat(passed[0]).isFalse();
    }

    @SimulatedTest(seeds = 20)
    void aCompleteStageLetsOtherTasksRunInASimulation() {
        int[] turns = {0};
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                for (int i = 0; i < 1000; i++) {
                    AnyIO.checkpoint();
                    turns[0]++;
                }
            });
            for (int i = 0; i < 100; i++) {
                assertThat(AnyIO.<String>await(CompletableFuture.completedFuture("x")))
                        .isEqualTo("x");
                assertThat(AnyIO.<String>await(CompletableFuture.completedStage(null)))
                        .isNull();
            }
            assertThat(turns[0]).isPositive();
        });
    }

    @SimulatedTest
    void failuresComeWithoutTheirWrappers() {
        var unchecked = new IllegalArgumentException("bad");
        var io = new IOException("no");
        var checked = new TimeoutException("late");
        assertThatThrownBy(() -> AnyIO.await(CompletableFuture.failedFuture(unchecked)))
                .isSameAs(unchecked);
        assertThatThrownBy(() -> AnyIO.await(CompletableFuture.failedFuture(new CompletionException(unchecked))))
                .isSameAs(unchecked);
        assertThatThrownBy(() -> AnyIO.await(CompletableFuture.failedFuture(new ExecutionException(unchecked))))
                .isSameAs(unchecked);
        assertThatThrownBy(() -> AnyIO.await(CompletableFuture.failedStage(unchecked)))
                .isSameAs(unchecked);
        assertThatThrownBy(() ->
                        AnyIO.await(CompletableFuture.failedFuture(unchecked).thenApply(x -> x)))
                .isSameAs(unchecked);
        assertThatThrownBy(() -> AnyIO.await(CompletableFuture.failedFuture(io)))
                .isInstanceOf(UncheckedIOException.class)
                .hasCause(io);
        assertThatThrownBy(() -> AnyIO.await(CompletableFuture.failedFuture(checked)))
                .isInstanceOf(CompletionException.class)
                .hasCause(checked);
        assertThatThrownBy(() -> AnyIO.await(CompletableFuture.failedFuture(new AssertionError("e"))))
                .isInstanceOf(AssertionError.class);
        var cancelled = new CompletableFuture<String>();
        cancelled.cancel(true);
        assertThatThrownBy(() -> AnyIO.await(cancelled)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> AnyIO.await(cancelled.minimalCompletionStage()))
                .isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> AnyIO.await(cancelled.thenApply(x -> x))).isInstanceOf(CancellationException.class);
    }

    @SimulatedTest
    void aCancellationOfAnotherTaskIsAnOrdinaryFailure() {
        var stage = new CompletableFuture<String>();
        CancelScope.open(scope -> {
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (Cancelled c) {
                stage.completeExceptionally(c);
            }
        });
        assertThatThrownBy(() -> AnyIO.await(stage))
                .isInstanceOf(CancellationException.class)
                .hasCauseInstanceOf(Cancelled.class);
    }

    @SimulatedTest(seeds = 20)
    void aTaskOfTheSameRunMayCompleteTheStageAfterATime() {
        var stage = new CompletableFuture<String>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                AnyIO.sleep(Duration.ofHours(1));
                stage.complete("late");
            });
            Deadline before = AnyIO.currentTime();
            assertThat(AnyIO.<String>await(stage)).isEqualTo("late");
            assertThat(AnyIO.currentTime().since(before)).isEqualTo(Duration.ofHours(1));
        });
    }

    @SimulatedTest
    void wrappersThatCauseEachOtherHaveAnEnd() {
        var own = new CompletionException("own cause", null) {
            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };
        assertThatThrownBy(() -> AnyIO.await(CompletableFuture.failedFuture(own)))
                .isSameAs(own);
    }

    @SimulatedTest(seeds = 5)
    void theClockStandsStillForAThreadOutside() {
        long taken; // in real time
        do {
            Deadline before = AnyIO.currentTime();
            long began = System.nanoTime();
            var stage =
                    CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
            CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(1), () -> AnyIO.await(stage));
            stage.join();
            taken = System.nanoTime() - began;
            if (!scope.cancelledCaught()) {
                assertThat(AnyIO.currentTime()).isEqualTo(before);
                return;
            }
        } while (taken > 50_000_000); // the machine was late, and the clock stands still for 100 ms only
        fail("the clock went on after less than %d ns", taken);
    }

    @Test
    void whatTheThreadOutsideDoesAfterItHasCompletedAStageCanWakeTasks() {
        for (boolean early : new boolean[] {true, false}) {
            for (boolean minimal : new boolean[] {true, false}) {
                Simulation.DEFAULTS.run(() -> awaitAStageAndThenAnEvent(early, minimal)); // not a deadlock
            }
        }
    }

    /** The thread that completes the stage sets the event 20 ms later. */
    private static void awaitAStageAndThenAnEvent(boolean early, boolean minimal) {
        var event = Event.create();
        var stage = new CompletableFuture<String>();
        var _ = stage.thenRunAsync(event::set, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
        var _ = stage.completeOnTimeout("x", early ? 0 : 1, TimeUnit.MILLISECONDS);
        while (early && !stage.isDone()) {
            Thread.onSpinWait();
        }
        assertThat(AnyIO.<String>await(minimal ? stage.minimalCompletionStage() : stage))
                .isEqualTo("x");
        event.await();
    }

    @Test
    void aDeadlockAfterACompleteStageIsReplayable() {
        List<SimulationReport> reports = new ArrayList<>();
        assertThatThrownBy(() -> Simulation.DEFAULTS.withListener(reports::add).run(() -> {
                    AnyIO.await(CompletableFuture.completedFuture("x"));
                    Event.create().await();
                }))
                .isInstanceOf(DeadlockException.class);
        assertThat(reports.getFirst().replayable()).isTrue();
    }

    @Test
    void aStageThatIsNeverCompletedIsReportedAsAStall() {
        assertThatThrownBy(() -> Simulation.DEFAULTS.run(() -> AnyIO.await(new CompletableFuture<>())))
                .isInstanceOf(StalledException.class)
                .hasMessageContaining("AnyIO.await");
    }

    @Test
    void aStageOfAnotherKindKeepsNothingOfTheTask() {
        var source = new CompletableFuture<String>();
        var other = otherStage(source);
        Simulation.DEFAULTS.run(() -> {
            Timeouts.moveOnAfter(SECOND, () -> AnyIO.await(other));
            assertThat(source).isNotDone();
            Timeouts.moveOnAfter(SECOND, () -> AnyIO.awaitOrCancel(other));
            assertThat(source).isNotDone(); // it cannot be cancelled
            TaskGroup.run(group -> {
                group.startSoon(() -> assertThat(AnyIO.<String>await(other)).isEqualTo("x"));
                AnyIO.awaitAllTasksBlocked();
                source.complete("x");
            });
        });
    }

    /** Returns a stage that is no {@code CompletableFuture} and has none. */
    @SuppressWarnings("unchecked")
    private static <T> CompletionStage<T> otherStage(CompletableFuture<T> source) {
        return (CompletionStage<T>) Proxy.newProxyInstance(
                AwaitStageTest.class.getClassLoader(),
                new Class<?>[] {CompletionStage.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("toCompletableFuture")) {
                        throw new UnsupportedOperationException("no future");
                    }
                    return method.invoke(source, arguments);
                });
    }
}
