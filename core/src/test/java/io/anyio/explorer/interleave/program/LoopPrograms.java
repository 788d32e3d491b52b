package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.Suspension;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Loops: tasks of one loop take turns, nothing that is ready is forgotten, and a loop that ends is replaced. */
final class LoopPrograms {
    private LoopPrograms() {}

    static void tasksOfALoopTakeTurns(ProgramContext ctx) {
        boolean[] busy = new boolean[2];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int loop = i % 2;
                group.startSoon(ctx.on(loop, "task " + i), () -> {
                    for (int n = 0; n < 2; n++) {
                        check(!busy[loop], "between two checkpoints no other task of the loop runs");
                        busy[loop] = true;
                        ctx.step();
                        busy[loop] = false;
                        AnyIO.checkpoint();
                    }
                });
            }
        }));
    }

    static void whoseTurnWasLentQueuesAtItsNextCheckpoint(ProgramContext ctx) {
        oneAtATimeAfterALentTurn(ctx, AnyIO::cancelShieldedCheckpoint);
    }

    static void whoseTurnWasLentQueuesAlsoWhereItNeedNotYield(ProgramContext ctx) {
        Event set = Event.create();
        set.set();
        oneAtATimeAfterALentTurn(ctx, set::await);
    }

    private static void oneAtATimeAfterALentTurn(ProgramContext ctx, Runnable checkpoint) {
        int[] inside = new int[1];
        Runnable alone = () -> {
            check(++inside[0] == 1, "tasks of one loop do not run at once");
            ctx.step();
            ctx.step();
            inside[0]--;
        };
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "foreign"), () -> {
                ctx.lendTurn();
                checkpoint.run();
                alone.run();
            });
            group.startSoon(ctx.on(1, "other"), () -> {
                alone.run();
                AnyIO.checkpoint();
                alone.run();
            });
        }));
    }

    static void wokenTasksTakeTurns(ProgramContext ctx) {
        boolean[] busy = new boolean[1];
        List<Suspension> waits = new ArrayList<>();
        ctx.run(
                1,
                () -> TaskGroup.run(group -> {
                    for (String name : List.of("a", "b", "c")) {
                        group.startSoon(ctx.on(0, name), () -> {
                            var wait = Suspension.create("wait");
                            waits.add(wait);
                            wait.await();
                            check(!busy[0], "tasks of one loop do not run at once");
                            busy[0] = true;
                            for (int n = 0; n < 5; n++) {
                                ctx.step();
                            }
                            busy[0] = false;
                        });
                    }
                    ctx.thread("starter", () -> {
                        ctx.until(() -> waits.size() == 3);
                        for (Suspension wait : waits) {
                            ctx.thread("resumer of " + wait.owner().name(), wait::resume);
                        }
                    });
                }));
    }

    static void sleepersWake(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int seconds = i + 1;
                group.startSoon(ctx.on(i % 2, "sleeper " + i), () -> AnyIO.sleep(Duration.ofSeconds(seconds)));
            }
        }));
    }

    static void deadlinesSetByThreadsFire(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                int seconds = i + 1;
                group.startSoon(
                        ctx.on(0, "task " + i),
                        () -> CancelScope.open(scope -> {
                            Deadline deadline = AnyIO.currentTime().plus(Duration.ofSeconds(seconds));
                            ctx.thread("setter " + seconds, () -> scope.setDeadline(deadline));
                            AnyIO.sleepForever();
                        }));
            }
        }));
    }

    static void loopThatEndsIsReplaced(ProgramContext ctx) {
        var event = Event.create();
        ctx.run(() -> TaskGroup.run(group -> {
            ctx.thread("terminator", () -> ctx.terminate(1));
            ctx.thread("setter", event::set);
            group.startSoon(ctx.on(1, "waiter"), event::await);
            group.startSoon(ctx.on(1, "yielder"), AnyIO::checkpoint);
        }));
    }

    static void timersMoveToTheReplacement(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            ctx.thread("terminator", () -> ctx.terminate(1));
            group.startSoon(ctx.on(1, "sleeper"), () -> AnyIO.sleep(Duration.ofSeconds(1)));
            group.startSoon(
                    ctx.on(1, "task"),
                    () -> CancelScope.open(scope -> {
                        Deadline deadline = AnyIO.currentTime().plus(Duration.ofSeconds(2));
                        ctx.thread("setter", () -> scope.setDeadline(deadline));
                        AnyIO.sleepForever();
                    }));
        }));
    }
}
