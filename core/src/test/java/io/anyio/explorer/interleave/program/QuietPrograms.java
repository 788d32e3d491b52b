package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.RunVar;
import io.anyio.lowlevel.Suspension;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ResourceGuard;
import java.util.ArrayList;
import java.util.List;

/** What looks at all tasks of a run, and what belongs to all of them. */
final class QuietPrograms {
    private QuietPrograms() {}

    static void allWaitWhenItReturns(ProgramContext ctx) {
        List<Suspension> waits = new ArrayList<>();
        boolean[] running = new boolean[2];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                int number = i;
                group.startSoon(ctx.on(i, "task " + i), () -> {
                    running[number] = true;
                    AnyIO.checkpoint();
                    var wait = Suspension.create("wait");
                    waits.add(wait);
                    running[number] = false;
                    wait.await();
                });
            }
            AnyIO.awaitAllTasksBlocked();
            check(waits.size() == 2 && !running[0] && !running[1], "all have come to their waits");
            waits.forEach(Suspension::resume);
        }));
    }

    static void whoIsStartedByTheLastOneIsAwaitedToo(ProgramContext ctx) {
        List<Suspension> waits = new ArrayList<>();
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(
                    ctx.on(1, "parent"),
                    () -> group.startSoon(ctx.on(0, "child"), () -> {
                        var wait = Suspension.create("wait");
                        waits.add(wait);
                        wait.await();
                    }));
            AnyIO.awaitAllTasksBlocked();
            check(waits.size() == 1, "the child has come to its wait");
            waits.forEach(Suspension::resume);
        }));
    }

    static void whoIsWokenBehindTheWalkIsNotTakenToWait(ProgramContext ctx) {
        boolean[] wentOn = new boolean[1];
        List<Suspension> waits = new ArrayList<>();
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "woken"), () -> {
                var first = Suspension.create("first");
                group.startSoon(ctx.on(0, "waker"), () -> {
                    var wait = Suspension.create("wait");
                    waits.add(wait);
                    first.resume();
                    wait.await();
                });
                first.await();
                wentOn[0] = true;
                var wait = Suspension.create("second");
                waits.add(wait);
                wait.await();
            });
            AnyIO.awaitAllTasksBlocked();
            check(wentOn[0] && waits.size() == 2, "who was woken has gone on");
            waits.forEach(Suspension::resume);
        }));
    }

    static void whoseTurnWasLentIsSeenToWait(ProgramContext ctx) {
        List<Suspension> waits = new ArrayList<>();
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "foreign"), () -> {
                var wait = Suspension.create("wait");
                waits.add(wait);
                ctx.lendTurn();
                wait.await();
            });
            AnyIO.awaitAllTasksBlocked();
            check(waits.size() == 1, "it has come to its wait");
            waits.forEach(Suspension::resume);
        }));
    }

    static void twoWhoWaitForItAreBothTold(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(0, "near"), AnyIO::awaitAllTasksBlocked);
            group.startSoon(ctx.on(1, "far"), AnyIO::awaitAllTasksBlocked);
            group.startSoon(ctx.on(1, "busy"), AnyIO::checkpoint);
        }));
    }

    static void valuesOfTheRunDoNotOverwriteEachOther(ProgramContext ctx) {
        List<RunVar<String>> vars = List.of(RunVar.create("a"), RunVar.create("b"));
        ctx.run(() -> {
            TaskGroup.run(group -> {
                for (int i = 0; i < 2; i++) {
                    RunVar<String> mine = vars.get(i);
                    group.startSoon(ctx.on(i, "task " + i), () -> {
                        RunVar.Token<String> token = mine.set("first");
                        mine.set("second");
                        mine.reset(token);
                        mine.set("third");
                    });
                }
            });
            vars.forEach(each -> check("third".equals(each.get("lost")), "a value is not lost"));
        });
    }

    static void valueThatTheRunMakesIsOneForAllTasksAndIsClosed(ProgramContext ctx) {
        int[] made = new int[1];
        int[] closed = new int[1];
        RunVar<Object> lazy = RunVar.lazy(
                "lazy",
                () -> {
                    made[0]++;
                    ctx.step();
                    return new Object();
                },
                _ -> closed[0]++);
        Object[] seen = new Object[2];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                int number = i;
                group.startSoon(ctx.on(number, "task " + number), () -> {
                    seen[number] = lazy.get();
                });
            }
        }));
        check(seen[0] == seen[1], "both see the same value");
        check(made[0] == closed[0], "what was made is closed, also if it came second");
    }

    static void oneOfTwoIsLetIn(ProgramContext ctx) {
        var guard = ResourceGuard.create();
        int[] inside = new int[1];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                group.startSoon(ctx.on(i, "user " + i), () -> {
                    try (var _ = guard.enter()) {
                        inside[0]++;
                        check(inside[0] == 1, "one is inside at a time");
                        ctx.step();
                        inside[0]--;
                    } catch (BusyResourceException busy) {
                        // the other one was quicker
                    }
                });
            }
        }));
    }
}
