package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.ValueBlock;
import io.anyio.task.Tasks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Races: the first value counts, the others are cancelled and awaited. */
final class RaceScenarios {
    private RaceScenarios() {}

    private static String runner(ScenarioContext ctx, int[] running, int delay) {
        running[0]++;
        try {
            AnyIO.sleep(ScenarioContext.ms(delay));
            return "after " + delay;
        } finally {
            ctx.dawdleShielded(2);
            running[0]--;
        }
    }

    static void theFirstToReturnWinsAndTheOthersHaveEnded(ScenarioContext ctx) {
        int[] running = {0};
        List<Integer> delays = new ArrayList<>();
        List<ValueBlock<String, Exception>> bodies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int delay = 1 + i * 7 + ctx.pick(7);
            delays.add(delay);
            bodies.add(() -> runner(ctx, running, delay));
        }
        if (ctx.flip()) {
            Collections.reverse(bodies);
        }
        ctx.equal(Tasks.race(bodies), "after " + delays.get(0), "the winner");
        ctx.equal(running[0], 0, "who still runs");
        ctx.equal(ctx.now(), (long) delays.get(0), "the time");
        AnyIO.checkpoint();
    }

    static void aLoserThatReturnsAnywayStaysALoser(ScenarioContext ctx) {
        int late = ctx.pick(3);
        String won = Tasks.race(
                () -> {
                    ScenarioContext.cancelled(AnyIO::sleepForever);
                    ctx.dawdleShielded(late);
                    return "late";
                },
                () -> {
                    ctx.dawdle(2);
                    return "first";
                });
        ctx.equal(won, "first", "the winner");
    }

    static void whoFailsIsOutAndDisturbsNoOther(ScenarioContext ctx) {
        int[] running = {0};
        String won = Tasks.race(
                () -> {
                    ctx.dawdle(2);
                    throw new IllegalArgumentException("out");
                },
                () -> runner(ctx, running, 3),
                () -> runner(ctx, running, 5));
        ctx.equal(won, "after 3", "the winner");
    }

    static void whenAllFailTheirFailuresComeOutInOrder(ScenarioContext ctx) {
        List<String> order = new ArrayList<>();
        List<ValueBlock<String, Exception>> bodies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            bodies.add(() -> {
                AnyIO.sleep(ctx.upTo(3));
                ctx.dawdle(1);
                order.add("f" + number);
                throw new IllegalArgumentException("f" + number);
            });
        }
        var failures = ctx.expectThrown(ExceptionGroup.class, () -> Tasks.race(bodies));
        ctx.equal(GroupScenarios.shape(failures), order.toString(), "what came out");
    }

    static void anErrorEndsTheRace(ScenarioContext ctx) {
        int[] running = {0};
        var failures = ctx.expectThrown(
                ErrorGroup.class,
                () -> Tasks.race(() -> runner(ctx, running, 9), () -> {
                    AnyIO.sleep(ScenarioContext.ms(2));
                    throw new LinkageError("error");
                }));
        ctx.equal(GroupScenarios.shape(failures), "[error]", "what came out");
        ctx.equal(running[0], 0, "who still runs");
        ctx.equal(ctx.now(), 2L, "the time");
    }

    static void aRaceCancelledFromOutsideIsCancelledUnlessItIsWon(ScenarioContext ctx) {
        int[] running = {0};
        boolean[] got = {false};
        boolean[] returned = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            ctx.go(group, "canceller", () -> {
                ctx.dawdle(6);
                scope.cancel();
            });
            scope.run(() -> {
                String won = Tasks.race(() -> runner(ctx, running, 9), () -> {
                    ScenarioContext.cancelled(() -> ctx.dawdle(3));
                    ctx.dawdleShielded(1);
                    if (ctx.flip()) {
                        AnyIO.checkpoint();
                    }
                    returned[0] = true;
                    return "won";
                });
                ctx.equal(won, "won", "the winner");
                got[0] = true;
            });
            ctx.expect(got[0] || scope.cancelledCaught(), "neither won nor cancelled");
            ctx.equal(got[0], returned[0], "whether it gave a value that was won");
        });
        ctx.equal(running[0], 0, "who still runs");
    }

    static void whatHasFailedBeforeTheCancellationIsAttached(ScenarioContext ctx) {
        var scope = CancelScope.create();
        scope.run(() -> {
            try {
                Tasks.race(
                        () -> {
                            throw new IllegalArgumentException("before");
                        },
                        () -> {
                            AnyIO.sleep(ScenarioContext.ms(1));
                            scope.cancel();
                            AnyIO.sleepForever();
                            return "";
                        });
            } catch (Cancelled c) {
                ctx.equal(c.getSuppressed().length, 1, "attached failures");
                throw c;
            }
        });
        ctx.expect(scope.cancelledCaught(), "the scope did not catch");
    }

    static void inACancelledScopeEachRunsToItsFirstCheckpoint(ScenarioContext ctx) {
        int[] begun = {0};
        var scope = CancelScope.open(mine -> {
            mine.cancel();
            ValueBlock<String, Exception> body = () -> {
                begun[0]++;
                AnyIO.checkpoint();
                return "too far";
            };
            ctx.fail("won was " + Tasks.race(body, body));
        });
        ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        ctx.equal(begun[0], 2, "bodies that have begun");
    }
}
