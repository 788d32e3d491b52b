package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.TaskInfo;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testsuite.BackendUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests of task introspection: names, parents, states, and pending cancellations. */
class IntrospectionLawsTest {

    private static TaskInfo running(String name) {
        return find(name).orElseThrow();
    }

    private static Optional<TaskInfo> find(String name) {
        return AnyIO.runningTasks().stream()
                .filter(info -> info.name().equals(name))
                .findFirst();
    }

    @AnyIOTest
    @Law({204})
    @Ported({"DB::test_get_running_tasks"})
    void theListShowsNamesAndParentsOfAllThatLive() {
        var event = Event.create();
        TaskInfo host = AnyIO.currentTask();
        List<TaskInfo> added = new ArrayList<>();
        var existing = new HashSet<>(AnyIO.runningTasks());
        assertThat(existing).contains(host);
        TaskGroup.run(group -> {
            group.startSoon(TaskOptions.named("task1"), event::await);
            group.startSoon(TaskOptions.named("task2"), event::await);
            group.startSoon(TaskOptions.named("inspect"), () -> {
                AnyIO.awaitAllTasksBlocked();
                AnyIO.runningTasks().stream()
                        .filter(info -> !existing.contains(info))
                        .forEach(added::add);
                event.set();
            });
        });
        assertThat(added).extracting(TaskInfo::name).containsExactly("task1", "task2", "inspect");
        assertThat(added).extracting(TaskInfo::parentId).containsOnly(host.id());
        assertThat(added)
                .extracting(TaskInfo::state)
                .containsExactly(TaskInfo.State.WAITING, TaskInfo.State.WAITING, TaskInfo.State.RUNNING);
        assertThat(added.getFirst().waitsFor()).isEqualTo("Event.await");
        assertThat(added.getFirst().toString()).contains("'task1'");
        assertThat(AnyIO.runningTasks()).containsExactlyInAnyOrderElementsOf(existing);
    }

    @AnyIOTest
    void aPendingCancellationIsOneThatTheNextCheckpointThrows() {
        CancelScope.open(outer -> {
            assertThat(AnyIO.currentTask().hasPendingCancellation()).isFalse();
            outer.cancel();
            assertThat(AnyIO.currentTask().hasPendingCancellation()).isTrue();
            CancelScope.shielded(() ->
                    assertThat(AnyIO.currentTask().hasPendingCancellation()).isFalse());
            assertThat(AnyIO.currentTask().hasPendingCancellation()).isTrue();
        });
        assertThat(AnyIO.currentTask().hasPendingCancellation()).isFalse();
        Timeouts.moveOnAt(
                Deadline.PAST,
                () -> assertThat(AnyIO.currentTask().hasPendingCancellation()).isTrue());
    }

    @AnyIOTest
    void aTaskThatIsCancelledHasItPendingUntilItLeavesTheScope() {
        var waiting = Event.create();
        TaskGroup.run(group -> {
            var handle = group.startSoon(TaskOptions.named("victim"), () -> {
                try {
                    waiting.await();
                } finally {
                    assertThat(AnyIO.currentTask().hasPendingCancellation()).isTrue();
                }
            });
            AnyIO.awaitAllTasksBlocked();
            assertThat(running("victim").hasPendingCancellation()).isFalse();
            handle.cancel();
            assertThat(running("victim").hasPendingCancellation()).isTrue();
            assertThat(running("victim").state()).isEqualTo(TaskInfo.State.READY);
        });
    }

    @AnyIOTest
    void statesTellReadyFromBlocked() {
        var release = new CountDownLatch(1);
        TaskGroup.run(group -> {
            try {
                group.startSoon(TaskOptions.named("fresh"), () -> {});
                assertThat(running("fresh").state()).isEqualTo(TaskInfo.State.READY);
                assertThat(AnyIO.currentTask().state()).isEqualTo(TaskInfo.State.RUNNING);
                group.startSoon(TaskOptions.named("blocked"), () -> {
                    release.await();
                });
                Await.until(() -> running("blocked").state() == TaskInfo.State.BLOCKED);
                assertThat(running("blocked").where()).contains("IntrospectionLawsTest");
                group.startSoon(TaskOptions.named("yielding"), () -> {
                    while (release.getCount() > 0) {
                        AnyIO.checkpoint();
                    }
                });
                for (int i = 0; i < 20; i++) {
                    AnyIO.checkpoint();
                    assertThat(running("yielding").state()).isEqualTo(TaskInfo.State.READY);
                }
            } finally {
                release.countDown();
            }
        });
        assertThat(find("blocked")).isEmpty();
    }

    @AnyIOTest
    @Law({203})
    @Ported({"DB::test_wait_all_tasks_blocked_cancelled_task"})
    void aTaskThatWasJustCancelledIsNotBlocked() {
        boolean[] done = {false};
        TaskGroup.run(group -> {
            group.<String>start(status -> {
                status.started("ready");
                Timeouts.moveOnAt(Deadline.PAST, () -> Event.create().await());
                done[0] = true;
            });
            AnyIO.awaitAllTasksBlocked();
            assertThat(done[0]).isTrue();
        });
    }

    @AnyIOTest
    @Law({203})
    void itReturnsWhenTheLastTaskWaits() {
        var steps = new int[] {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 10; i++) {
                group.startSoon(() -> {
                    for (int step = 0; step < 10; step++) {
                        AnyIO.checkpoint();
                        steps[0]++;
                    }
                    AnyIO.sleepForever();
                });
            }
            AnyIO.awaitAllTasksBlocked();
            assertThat(steps[0]).isEqualTo(100);
            AnyIO.awaitAllTasksBlocked(); // returns immediately if it is already so
            group.cancel();
        });
    }

    @AnyIOTest
    @Law({203})
    void thoseWhoWaitForThatDoNotKeepEachOtherWaiting() {
        int[] returned = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(() -> {
                    AnyIO.awaitAllTasksBlocked();
                    returned[0]++;
                });
            }
            AnyIO.awaitAllTasksBlocked();
        });
        assertThat(returned[0]).isEqualTo(3);
    }

    @AnyIOTest
    @Law({203})
    void theWaitCanBeCancelled() {
        boolean[] stop = {false};
        TaskGroup.run(group -> {
            group.startSoon(TaskOptions.named("busy"), () -> {
                while (!stop[0]) {
                    AnyIO.checkpoint();
                }
            });
            var waiter = group.startSoon(TaskOptions.named("waiter"), AnyIO::awaitAllTasksBlocked);
            Await.settled();
            waiter.cancel();
            waiter.await();
            stop[0] = true;
            AnyIO.awaitAllTasksBlocked();
        });
    }

    @Test
    @Law({203})
    void onSeveralLoopsNoTaskIsOverlooked() {
        AnyIO.run(
                () -> {
                    for (int round = 0; round < 200; round++) {
                        passBetweenLoops();
                    }
                },
                BackendUnderTest.get().withLoops(3));
    }

    /** Tasks on all loops pass on a ball; exactly one runs at a time until all wait. */
    private static void passBetweenLoops() {
        int players = 6;
        var passes = new AtomicInteger();
        TaskGroup.run(group -> {
            List<MemoryObjectStream<Integer>> hands = new ArrayList<>();
            for (int i = 0; i < players; i++) {
                hands.add(MemoryObjectStream.create(1));
            }
            for (int i = 0; i < players; i++) {
                var own = hands.get(i).receiver();
                var next = hands.get((i + 1) % players).sender();
                group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> {
                    for (int ball : own) {
                        if (passes.incrementAndGet() < 30) {
                            group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> next.send(ball));
                        }
                    }
                });
            }
            hands.getFirst().sender().sendNow(1);
            AnyIO.awaitAllTasksBlocked();
            assertThat(passes).hasValue(30);
            assertThat(AnyIO.runningTasks()).hasSize(players + 1);
            group.cancel();
        });
    }

    @Test
    void outsideOfATaskThereIsNothingToAsk() {
        assertThatThrownBy(AnyIO::runningTasks).isInstanceOf(NoEventLoopException.class);
        assertThatThrownBy(AnyIO::awaitAllTasksBlocked).isInstanceOf(NoEventLoopException.class);
    }
}
