package io.anyio.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.GroupBlock;
import io.anyio.TaskDump;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The tree of tasks as text and as JSON, seen from a task, from other threads, and while it changes. */
class TaskDumpTest {

    private static void inSimulation(GroupBlock body) {
        Simulation.DEFAULTS.run(() -> TaskGroup.run(body));
    }

    @Test
    void theTextShowsTasksScopesAndWhereTheyWait() {
        var event = Event.create();
        inSimulation(group -> {
            group.startSoon(
                    TaskOptions.named("fetch"),
                    () -> Timeouts.moveOnAfter(Duration.ofMillis(2500), () -> CancelScope.shielded(event::await)));
            group.startSoon(
                    TaskOptions.named("parent"),
                    () -> TaskGroup.run(inner -> inner.startSoon(TaskOptions.named("child"), event::await)));
            AnyIO.awaitAllTasksBlocked();
            group.cancel("enough");
            List<String> lines = TaskDump.text(AnyIO.currentToken()).lines().toList();
            assertThat(lines.getFirst()).matches("run \\d+ backend=simulation transport=none carrier=.* loops=1");
            assertThat(lines.get(1)).matches("  task \\d+ '.*' running, cancelled");
            assertThat(lines.get(2)).matches("      scope 1: group, cancelled via cancel scope by .*; reason: enough");
            assertThat(lines.get(3)).matches("    task \\d+ 'fetch' waiting in Event.await at .*TaskDumpTest.*");
            assertThat(lines.get(4)).isEqualTo("        scope 1: deadline in 2.500 s");
            assertThat(lines.get(5)).isEqualTo("        scope 2: shielded");
            assertThat(lines.get(6)).matches("    task \\d+ 'parent' ready, cancelled");
            assertThat(lines.get(7)).isEqualTo("        scope 1: group");
            assertThat(lines.get(8)).matches("      task \\d+ 'child' ready, cancelled");
            assertThat(lines).hasSize(9);
            event.set();
        });
    }

    @Test
    void tasksOfTwoGroupsOfOneHostAreToldApart() {
        inSimulation(outer -> {
            outer.startSoon(TaskOptions.named("of outer"), AnyIO::sleepForever);
            TaskGroup.run(inner -> {
                inner.startSoon(TaskOptions.named("of inner"), AnyIO::sleepForever);
                AnyIO.awaitAllTasksBlocked();
                assertThat(TaskDump.text())
                        .containsPattern("'of outer' .*, in scope 1\n")
                        .containsPattern("'of inner' .*, in scope 2\n");
                outer.cancel();
            });
        });
    }

    @Test
    void theJsonIsWellFormedWhateverNamesTasksHave() {
        String nasty = "quote \" backslash \\ newline \n tab \t control \u0001 euro \u20ac line \u2028 half \ud800";
        inSimulation(group -> {
            group.startSoon(
                    TaskOptions.named(nasty), () -> Timeouts.moveOnAfter(Duration.ofSeconds(1), AnyIO::sleepForever));
            AnyIO.awaitAllTasksBlocked();
            var root = new JsonReader(TaskDump.json(AnyIO.currentToken())).read();
            var run = root.member("runs").elements().getFirst();
            assertThat(run.member("backend").text()).isEqualTo("simulation");
            var tasks = run.member("tasks").elements();
            assertThat(tasks).hasSize(2);
            var child = tasks.get(1);
            assertThat(child.member("name").text()).isEqualTo(nasty);
            assertThat(child.member("state").text()).isEqualTo("waiting");
            assertThat(child.member("waitsFor").text()).isEqualTo("sleep");
            assertThat(child.member("where").text()).contains("TaskDumpTest");
            assertThat(child.member("host").text())
                    .isEqualTo(tasks.get(0).member("id").text());
            assertThat(child.member("groupScope").text()).isEqualTo("1");
            assertThat(child.member("hasPendingCancellation").text()).isEqualTo("false");
            var scope = child.member("scopes").elements().get(1);
            assertThat(scope.member("group").text()).isEqualTo("false");
            assertThat(scope.member("secondsToDeadline").text()).isEqualTo("1.000000000");
            assertThat(scope.member("cancelled").text()).isEqualTo("null");
            group.cancel();
        });
    }

    @Test
    void withoutARunThereIsNothingToShow() {
        Simulation.DEFAULTS.run(() -> assertThat(TaskDump.text()).contains("TaskDumpTest"));
        assertThat(TaskDump.text()).doesNotContain("backend=simulation");
        assertThat(new JsonReader(TaskDump.json()).read().member("runs").elements())
                .noneMatch(run -> run.member("backend").text().equals("simulation"));
    }

    @Test
    void aLoopThatIsStuckCanBeLookedAtFromOutside() throws InterruptedException {
        var stuck = new CountDownLatch(1);
        var release = new AtomicReference<Boolean>(false);
        var seen = new AtomicReference<String>("");
        var looker = Thread.ofPlatform().start(() -> {
            try {
                stuck.await();
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
            seen.set(TaskDump.text());
            release.set(true);
        });
        Simulation.DEFAULTS.run(() -> TaskGroup.run(group -> {
            group.startSoon(TaskOptions.named("waits"), () -> {});
            group.startSoon(TaskOptions.named("computes"), () -> {
                stuck.countDown();
                while (!release.get()) {
                    Thread.onSpinWait();
                }
            });
        }));
        looker.join();
        assertThat(seen.get()).containsPattern("'computes' running at .*TaskDumpTest");
    }

    @Test
    void aDeepChainAndAChangingTreeAreNoObstacle() throws InterruptedException {
        var over = new AtomicReference<Boolean>(false);
        var looker = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                TaskDump.text();
                TaskDump.json();
            }
        });
        try {
            Simulation.DEFAULTS.run(() -> {
                deeper(60);
                for (int i = 0; i < 50; i++) {
                    TaskGroup.run(group -> {
                        for (int k = 0; k < 10; k++) {
                            group.startSoon(AnyIO::checkpoint);
                        }
                    });
                }
            });
        } finally {
            over.set(true);
            looker.join();
        }
    }

    private static void deeper(int levels) {
        if (levels == 0) {
            AnyIO.awaitAllTasksBlocked();
            assertThat(TaskDump.text().lines().filter(line -> line.contains("task ")))
                    .hasSize(61);
            assertThat(TaskDump.text()).contains("60 tasks deep");
            assertThat(new JsonReader(TaskDump.json()).read().member("runs").elements())
                    .isNotEmpty();
        } else {
            TaskGroup.run(group -> group.startSoon(() -> deeper(levels - 1)));
        }
    }
}
