package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.Suspension;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Loops: tasks of one loop take turns, nothing that is ready is forgotten, and a loop that ends is replaced. */
final class LoopPrograms {
    private LoopPrograms() {}

    static void tasksOfALoopTakeTurns(Stage stage) {
        boolean[] busy = new boolean[2];
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int loop = i % 2;
                group.startSoon(stage.on(loop, "task " + i), () -> {
                    for (int n = 0; n < 2; n++) {
                        check(!busy[loop], "between two checkpoints no other task of the loop runs");
                        busy[loop] = true;
                        stage.step();
                        busy[loop] = false;
                        AnyIO.checkpoint();
                    }
                });
            }
        }));
    }

    static void wokenTasksTakeTurns(Stage stage) {
        boolean[] busy = new boolean[1];
        List<Suspension> waits = new ArrayList<>();
        stage.run(
                1,
                () -> TaskGroup.run(group -> {
                    for (String name : List.of("a", "b", "c")) {
                        group.startSoon(stage.on(0, name), () -> {
                            var wait = Suspension.create("wait");
                            waits.add(wait);
                            wait.await();
                            check(!busy[0], "tasks of one loop do not run at once");
                            busy[0] = true;
                            for (int n = 0; n < 5; n++) {
                                stage.step();
                            }
                            busy[0] = false;
                        });
                    }
                    stage.thread("starter", () -> {
                        stage.until(() -> waits.size() == 3);
                        for (Suspension wait : waits) {
                            stage.thread("resumer of " + wait.owner().name(), wait::resume);
                        }
                    });
                }));
    }

    static void sleepersWake(Stage stage) {
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int seconds = i + 1;
                group.startSoon(stage.on(i % 2, "sleeper " + i), () -> AnyIO.sleep(Duration.ofSeconds(seconds)));
            }
        }));
    }

    static void deadlinesSetByThreadsFire(Stage stage) {
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                int seconds = i + 1;
                group.startSoon(
                        stage.on(0, "task " + i),
                        () -> CancelScope.open(scope -> {
                            Deadline deadline = AnyIO.currentTime().plus(Duration.ofSeconds(seconds));
                            stage.thread("setter " + seconds, () -> scope.setDeadline(deadline));
                            AnyIO.sleepForever();
                        }));
            }
        }));
    }

    static void loopThatEndsIsReplaced(Stage stage) {
        var event = Event.create();
        stage.run(() -> TaskGroup.run(group -> {
            stage.thread("terminator", () -> stage.terminate(1));
            stage.thread("setter", event::set);
            group.startSoon(stage.on(1, "waiter"), event::await);
            group.startSoon(stage.on(1, "yielder"), AnyIO::checkpoint);
        }));
    }

    static void timersMoveToTheReplacement(Stage stage) {
        stage.run(() -> TaskGroup.run(group -> {
            stage.thread("terminator", () -> stage.terminate(1));
            group.startSoon(stage.on(1, "sleeper"), () -> AnyIO.sleep(Duration.ofSeconds(1)));
            group.startSoon(
                    stage.on(1, "task"),
                    () -> CancelScope.open(scope -> {
                        Deadline deadline = AnyIO.currentTime().plus(Duration.ofSeconds(2));
                        stage.thread("setter", () -> scope.setDeadline(deadline));
                        AnyIO.sleepForever();
                    }));
        }));
    }
}
