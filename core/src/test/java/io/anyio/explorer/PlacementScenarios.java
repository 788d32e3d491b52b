package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.Failures;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** On which loop a task runs, what its children are told, and who takes what has failed. */
final class PlacementScenarios {
    private PlacementScenarios() {}

    private static int loop() {
        return AnyIO.currentToken().loop();
    }

    static void tasksThatAreSpreadGoToAllLoopsInTurn(World w) {
        int[] perLoop = new int[w.loops];
        TaskGroup.run(group -> {
            for (int i = 0; i < 4 * w.loops; i++) {
                group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> {
                    perLoop[loop()]++;
                });
            }
        });
        for (int count : perLoop) {
            w.equal(count, 4, "tasks of a loop");
        }
    }

    static void aTaskRunsWhereWhoStartsItRuns(World w) {
        int last = w.loops - 1;
        TaskGroup.run(group -> group.startSoon(TaskOptions.DEFAULTS.withLoop(last), () -> {
            w.equal(loop(), last, "the loop asked for");
            group.startSoon(() -> w.equal(loop(), last, "the loop of a task of a group of another loop"));
            w.equal(group.<Integer>start(status -> status.started(loop())), last, "the loop of a started task");
        }));
    }

    static void theReasonReachesTheChildrenAndStays(World w) {
        int[] told = {0};
        var scope = CancelScope.create();
        TaskGroup.run(around -> {
            w.go(
                    around,
                    "host",
                    () -> scope.run(() -> TaskGroup.run(group -> {
                        for (int i = 0; i < 3; i++) {
                            w.go(group, "child" + i, () -> {
                                for (int n = 0; n < 3; n++) {
                                    try {
                                        AnyIO.sleepForever();
                                    } catch (Cancelled c) {
                                        w.equal(c.reason(), Optional.of("why"), "the reason");
                                        told[0]++;
                                    }
                                    w.dawdleShielded(2);
                                }
                            });
                        }
                        w.dawdle(2);
                    })));
            w.dawdle(6);
            scope.cancel("why");
        });
        w.equal(told[0], 9, "how often they were told");
    }

    static void aCancellationThatIsThrownAgainElsewhereCancelsTheGroupAndIsNoFailure(World w) {
        Cancelled[] kept = new Cancelled[1];
        CancelScope.open(scope -> {
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (Cancelled c) {
                kept[0] = c;
            }
        });
        boolean[] cancelled = {false};
        TaskGroup.run(group -> {
            w.go(group, "sibling", () -> cancelled[0] = World.cancelled(AnyIO::sleepForever));
            w.go(group, "throwing", () -> {
                w.dawdle(2);
                throw kept[0];
            });
        });
        w.expect(cancelled[0], "the sibling was not cancelled");
    }

    static void spansThatAreTooLongMeanNever(World w) {
        Duration ages = Duration.ofSeconds(Long.MAX_VALUE);
        w.equal(Deadline.NEVER.plus(World.ms(-1)), Deadline.NEVER, "a moment before never");
        w.equal(Deadline.PAST.plus(ages), Deadline.PAST, "ages after what has always been past");
        w.equal(w.at(1).plus(ages), Deadline.NEVER, "ages from now");
        w.expect(w.at(1).plus(ages.negated()).compareTo(w.at(0)) < 0, "ages ago is not past");
        AnyIO.sleep(World.ms(1));
        var scope = Timeouts.moveOnAfter(ages, () -> AnyIO.sleep(Duration.ofDays(1)));
        w.expect(!scope.cancelCalled(), "it has expired");
        w.expect(
                Timeouts.moveOnAfter(World.ms(1), () -> AnyIO.sleep(ages)).cancelledCaught(),
                "a sleep of ages has ended");
    }

    // ---- what has failed ----

    static void handlersTakeTheFailuresThatAreTheirs(World w) {
        List<String> handled = new ArrayList<>();
        boolean error = w.flip();
        Runnable body = () -> Failures.catchingEach(
                        IllegalArgumentException.class, failure -> handled.add(failure.getMessage()))
                .run(() -> TaskGroup.run(group -> {
                    for (int i = 0; i < 3; i++) {
                        int number = i;
                        w.go(group, "failing" + i, () -> {
                            World.cancelled(() -> w.dawdle(2));
                            if (number == 2 && error) {
                                throw new LinkageError("error");
                            }
                            throw new IllegalArgumentException("f");
                        });
                    }
                }));
        if (error) {
            w.equal(GroupScenarios.shape(w.expectThrown(ErrorGroup.class, body::run)), "[error]", "what came out");
        } else {
            body.run();
        }
        w.equal(handled.size(), error ? 2 : 3, "handled failures");
    }

    static void aCancellationIsNobodysAndWhatHandlersThrowLeavesWithTheRest(World w) {
        var scope = CancelScope.open(mine -> Failures.catching(Throwable.class, failures -> w.fail("it was handled"))
                .run(() -> {
                    mine.cancel();
                    AnyIO.checkpoint();
                }));
        w.expect(scope.cancelledCaught(), "the scope did not catch");
        var left = w.expectThrown(
                ExceptionGroup.class,
                () -> Failures.catching(IllegalArgumentException.class, _ -> {
                            throw new IllegalStateException("handler");
                        })
                        .run(() -> {
                            throw new ExceptionGroup(
                                    "two", List.of(new IllegalArgumentException("a"), new ArithmeticException("b")));
                        }));
        w.equal(GroupScenarios.shape(left), "[handler, [b]]", "what came out");
    }
}
