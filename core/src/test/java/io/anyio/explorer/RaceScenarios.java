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

    private static String runner(World w, int[] running, int delay) {
        running[0]++;
        try {
            AnyIO.sleep(World.ms(delay));
            return "after " + delay;
        } finally {
            w.dawdleShielded(2);
            running[0]--;
        }
    }

    static void theFirstToReturnWinsAndTheOthersHaveEnded(World w) {
        int[] running = {0};
        List<Integer> delays = new ArrayList<>();
        List<ValueBlock<String, Exception>> bodies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int delay = 1 + i * 7 + w.pick(7);
            delays.add(delay);
            bodies.add(() -> runner(w, running, delay));
        }
        if (w.flip()) {
            Collections.reverse(bodies);
        }
        w.equal(Tasks.race(bodies), "after " + delays.get(0), "the winner");
        w.equal(running[0], 0, "who still runs");
        w.equal(w.now(), (long) delays.get(0), "the time");
        AnyIO.checkpoint();
    }

    static void aLoserThatReturnsAnywayStaysALoser(World w) {
        int late = w.pick(3);
        String won = Tasks.race(
                () -> {
                    World.cancelled(AnyIO::sleepForever);
                    w.dawdleShielded(late);
                    return "late";
                },
                () -> {
                    w.dawdle(2);
                    return "first";
                });
        w.equal(won, "first", "the winner");
    }

    static void whoFailsIsOutAndDisturbsNobody(World w) {
        int[] running = {0};
        String won = Tasks.race(
                () -> {
                    w.dawdle(2);
                    throw new IllegalArgumentException("out");
                },
                () -> runner(w, running, 3),
                () -> runner(w, running, 5));
        w.equal(won, "after 3", "the winner");
    }

    static void whenAllFailTheirFailuresComeOutInOrder(World w) {
        List<String> order = new ArrayList<>();
        List<ValueBlock<String, Exception>> bodies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            bodies.add(() -> {
                AnyIO.sleep(w.upTo(3));
                w.dawdle(1);
                order.add("f" + number);
                throw new IllegalArgumentException("f" + number);
            });
        }
        var failures = w.expectThrown(ExceptionGroup.class, () -> Tasks.race(bodies));
        w.equal(GroupScenarios.shape(failures), order.toString(), "what came out");
    }

    static void anErrorEndsTheRace(World w) {
        int[] running = {0};
        var failures = w.expectThrown(
                ErrorGroup.class,
                () -> Tasks.race(() -> runner(w, running, 9), () -> {
                    AnyIO.sleep(World.ms(2));
                    throw new LinkageError("error");
                }));
        w.equal(GroupScenarios.shape(failures), "[error]", "what came out");
        w.equal(running[0], 0, "who still runs");
        w.equal(w.now(), 2L, "the time");
    }

    static void aRaceCancelledFromOutsideIsCancelledUnlessItIsWon(World w) {
        int[] running = {0};
        boolean[] got = {false};
        boolean[] returned = {false};
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            w.go(group, "canceller", () -> {
                w.dawdle(6);
                scope.cancel();
            });
            scope.run(() -> {
                String won = Tasks.race(() -> runner(w, running, 9), () -> {
                    World.cancelled(() -> w.dawdle(3));
                    w.dawdleShielded(1);
                    if (w.flip()) {
                        AnyIO.checkpoint();
                    }
                    returned[0] = true;
                    return "won";
                });
                w.equal(won, "won", "the winner");
                got[0] = true;
            });
            w.expect(got[0] || scope.cancelledCaught(), "neither won nor cancelled");
            w.equal(got[0], returned[0], "whether it gave a value that was won");
        });
        w.equal(running[0], 0, "who still runs");
    }

    static void whatHasFailedBeforeTheCancellationIsAttached(World w) {
        var scope = CancelScope.create();
        scope.run(() -> {
            try {
                Tasks.race(
                        () -> {
                            throw new IllegalArgumentException("before");
                        },
                        () -> {
                            AnyIO.sleep(World.ms(1));
                            scope.cancel();
                            AnyIO.sleepForever();
                            return "";
                        });
            } catch (Cancelled c) {
                w.equal(c.getSuppressed().length, 1, "attached failures");
                throw c;
            }
        });
        w.expect(scope.cancelledCaught(), "the scope did not catch");
    }

    static void inACancelledScopeEachRunsToItsFirstCheckpoint(World w) {
        int[] begun = {0};
        var scope = CancelScope.open(mine -> {
            mine.cancel();
            ValueBlock<String, Exception> body = () -> {
                begun[0]++;
                AnyIO.checkpoint();
                return "too far";
            };
            w.fail("won was " + Tasks.race(body, body));
        });
        w.expect(scope.cancelledCaught(), "the scope did not catch");
        w.equal(begun[0], 2, "bodies that have begun");
    }
}
