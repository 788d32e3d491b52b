package io.anyio.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.EventLoopToken;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.diagnostics.LoopStatistics;
import io.anyio.diagnostics.RunStatistics;
import io.anyio.jdk.JdkOptions;
import io.anyio.jdk.JdkRuntime;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The numbers of a run. */
class RunStatisticsTest {

    /** Returns the numbers as differences to those before. */
    private static long started(RunStatistics before) {
        return AnyIO.statistics().tasksStarted() - before.tasksStarted();
    }

    @SimulatedTest
    void eachTurnOfATaskIsASwitch() {
        long before = AnyIO.statistics().switches();
        for (int i = 0; i < 10; i++) {
            AnyIO.checkpoint(); // in a simulation it always gives up its turn
        }
        assertThat(AnyIO.statistics().switches()).isEqualTo(before + 10);
    }

    @SimulatedTest
    void tasksAreCountedFromTheirStartToTheirEnd() {
        RunStatistics before = AnyIO.statistics();
        assertThat(before.tasksReady()).isZero();
        var gate = Event.create();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(gate::await);
            }
            RunStatistics now = AnyIO.statistics();
            assertThat(started(before)).isEqualTo(3);
            assertThat(now.tasksAlive()).isEqualTo(before.tasksAlive() + 3);
            assertThat(now.tasksReady()).isEqualTo(3);
            assertThat(now.switches()).isEqualTo(before.switches());

            AnyIO.awaitAllTasksBlocked();
            now = AnyIO.statistics();
            assertThat(now.tasksAlive()).isEqualTo(before.tasksAlive() + 3);
            assertThat(now.tasksReady()).isZero();
            assertThat(now.switches()).isGreaterThan(before.switches() + 3); // and the host

            gate.set();
            assertThat(AnyIO.statistics().tasksReady()).isEqualTo(3);
        });
        RunStatistics after = AnyIO.statistics();
        assertThat(after.tasksAlive()).isEqualTo(before.tasksAlive());
        assertThat(after.tasksStarted()).isEqualTo(before.tasksStarted() + 3);
    }

    @SimulatedTest
    void deadlinesAndSleepsAreCountedUntilTheyAreReachedOrLeft() {
        long before = AnyIO.statistics().deadlinesArmed();
        Timeouts.moveOnAfter(Duration.ofSeconds(2), () -> {
            TaskGroup.run(group -> {
                group.startSoon(() -> AnyIO.sleep(Duration.ofSeconds(1)));
                AnyIO.awaitAllTasksBlocked();
                assertThat(AnyIO.statistics().deadlinesArmed()).isEqualTo(before + 2);
            });
            assertThat(AnyIO.statistics().deadlinesArmed()).isEqualTo(before + 1);
        });
        assertThat(AnyIO.statistics().deadlinesArmed()).isEqualTo(before);
    }

    @SimulatedTest
    void nothingIsReportedInARunAtPeace() {
        RunStatistics now = AnyIO.statistics();
        assertThat(List.of(now.slowTurns(), now.lentTurns(), now.rescues(), now.workersBusy(), now.workersWaitedFor()))
                .containsOnly(0L);
    }

    @Test
    void atTheEndOfARunAllTasksHaveEnded() {
        var tokens = new ArrayList<EventLoopToken>();
        Simulation.DEFAULTS.run(() -> {
            tokens.add(AnyIO.currentToken());
            TaskGroup.run(group -> {
                group.startSoon(() -> {});
                group.startSoon(AnyIO::checkpoint);
            });
        });
        RunStatistics last = tokens.getFirst().statistics();
        assertThat(last.tasksAlive()).isZero();
        assertThat(last.tasksReady()).isZero();
        assertThat(last.deadlinesArmed()).isZero();
        assertThat(last.tasksStarted()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void eachNumberIsTheSumOverTheLoops() {
        AnyIO.run(
                () -> TaskGroup.run(group -> {
                    var gate = Event.create();
                    for (int i = 0; i < 4; i++) {
                        group.startSoon(TaskOptions.DEFAULTS.withSpread(true), gate::await);
                    }
                    AnyIO.awaitAllTasksBlocked();
                    RunStatistics now = AnyIO.statistics();
                    assertThat(now.loops())
                            .hasSize(2)
                            .extracting(LoopStatistics::loop)
                            .containsExactly(0, 1);
                    assertThat(now.loops())
                            .extracting(LoopStatistics::tasksAlive)
                            .containsExactly(3L, 2L);
                    assertThat(now.tasksAlive()).isEqualTo(5);
                    assertThat(now.tasksStarted()).isEqualTo(5);
                    gate.set();
                }),
                JdkOptions.DEFAULTS.withLoops(2));
    }

    /** Starts from many threads lose no count, because each of them pushes to the queue of the loop. */
    @Test
    void startsFromForeignThreadsAreCounted() throws Exception {
        int threads = 8;
        int each = 200;
        try (var runtime = JdkRuntime.open()) {
            List<CompletableFuture<?>> ends = Collections.synchronizedList(new ArrayList<>());
            List<Thread> starters = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                starters.add(Thread.ofPlatform().start(() -> {
                    for (int task = 0; task < each; task++) {
                        ends.add(runtime.start(AnyIO::checkpoint));
                    }
                }));
            }
            for (Thread starter : starters) {
                starter.join();
            }
            ends.forEach(CompletableFuture::join);
            assertThat(runtime.statistics().tasksStarted()).isEqualTo(threads * each + 1); // and its own first task
        }
    }

    @Test
    void anAttachedRunShowsItsNumbersAlsoAfterItsEnd() {
        var runtime = JdkRuntime.open();
        runtime.start(() -> {}).join();
        runtime.close();
        assertThat(runtime.statistics().tasksAlive()).isZero();
        assertThat(runtime.statistics().tasksStarted()).isEqualTo(2);
    }
}
