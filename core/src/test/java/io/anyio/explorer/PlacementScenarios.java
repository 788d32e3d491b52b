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

    static void tasksThatAreSpreadGoToAllLoopsInTurn(ScenarioContext ctx) {
        int[] perLoop = new int[ctx.loops];
        TaskGroup.run(group -> {
            for (int i = 0; i < 4 * ctx.loops; i++) {
                group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> {
                    perLoop[loop()]++;
                });
            }
        });
        for (int count : perLoop) {
            ctx.equal(count, 4, "tasks of a loop");
        }
    }

    static void aTaskRunsWhereWhoStartsItRuns(ScenarioContext ctx) {
        int last = ctx.loops - 1;
        TaskGroup.run(group -> group.startSoon(TaskOptions.DEFAULTS.withLoop(last), () -> {
            ctx.equal(loop(), last, "the loop asked for");
            group.startSoon(() -> ctx.equal(loop(), last, "the loop of a task of a group of another loop"));
            ctx.equal(group.<Integer>start(status -> status.started(loop())), last, "the loop of a started task");
        }));
    }

    static void theReasonReachesTheChildrenAndStays(ScenarioContext ctx) {
        int[] told = {0};
        var scope = CancelScope.create();
        TaskGroup.run(around -> {
            ctx.go(
                    around,
                    "host",
                    () -> scope.run(() -> TaskGroup.run(group -> {
                        for (int i = 0; i < 3; i++) {
                            ctx.go(group, "child" + i, () -> {
                                for (int n = 0; n < 3; n++) {
                                    try {
                                        AnyIO.sleepForever();
                                    } catch (Cancelled c) {
                                        ctx.equal(c.reason(), Optional.of("why"), "the reason");
                                        told[0]++;
                                    }
                                    ctx.dawdleShielded(2);
                                }
                            });
                        }
                        ctx.dawdle(2);
                    })));
            ctx.dawdle(6);
            scope.cancel("why");
        });
        ctx.equal(told[0], 9, "how often they were told");
    }

    static void aCancellationThatIsThrownAgainElsewhereCancelsTheGroupAndIsNoFailure(ScenarioContext ctx) {
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
            ctx.go(group, "sibling", () -> cancelled[0] = ScenarioContext.cancelled(AnyIO::sleepForever));
            ctx.go(group, "throwing", () -> {
                ctx.dawdle(2);
                throw kept[0];
            });
        });
        ctx.expect(cancelled[0], "the sibling was not cancelled");
    }

    static void spansThatAreTooLongMeanNever(ScenarioContext ctx) {
        Duration ages = Duration.ofSeconds(Long.MAX_VALUE);
        ctx.equal(Deadline.NEVER.plus(ScenarioContext.ms(-1)), Deadline.NEVER, "a moment before never");
        ctx.equal(Deadline.PAST.plus(ages), Deadline.PAST, "ages after what has always been past");
        ctx.equal(ctx.at(1).plus(ages), Deadline.NEVER, "ages from now");
        ctx.expect(ctx.at(1).plus(ages.negated()).compareTo(ctx.at(0)) < 0, "ages ago is not past");
        AnyIO.sleep(ScenarioContext.ms(1));
        var scope = Timeouts.moveOnAfter(ages, () -> AnyIO.sleep(Duration.ofDays(1)));
        ctx.expect(!scope.cancelCalled(), "it has expired");
        ctx.expect(
                Timeouts.moveOnAfter(ScenarioContext.ms(1), () -> AnyIO.sleep(ages))
                        .cancelledCaught(),
                "a sleep of ages has ended");
    }

    // ---- what has failed ----

    static void handlersTakeTheFailuresThatAreTheirs(ScenarioContext ctx) {
        List<String> handled = new ArrayList<>();
        boolean error = ctx.flip();
        Runnable body = () -> Failures.catchingEach(
                        IllegalArgumentException.class, failure -> handled.add(failure.getMessage()))
                .run(() -> TaskGroup.run(group -> {
                    for (int i = 0; i < 3; i++) {
                        int number = i;
                        ctx.go(group, "failing" + i, () -> {
                            ScenarioContext.cancelled(() -> ctx.dawdle(2));
                            if (number == 2 && error) {
                                throw new LinkageError("error");
                            }
                            throw new IllegalArgumentException("f");
                        });
                    }
                }));
        if (error) {
            ctx.equal(GroupScenarios.shape(ctx.expectThrown(ErrorGroup.class, body::run)), "[error]", "what came out");
        } else {
            body.run();
        }
        ctx.equal(handled.size(), error ? 2 : 3, "handled failures");
    }

    static void aCancellationHasNoHandlerAndWhatHandlersThrowLeavesWithTheRest(ScenarioContext ctx) {
        var scope = CancelScope.open(mine -> Failures.catching(Throwable.class, failures -> ctx.fail("it was handled"))
                .run(() -> {
                    mine.cancel();
                    AnyIO.checkpoint();
                }));
        ctx.expect(scope.cancelledCaught(), "the scope did not catch");
        var left = ctx.expectThrown(
                ExceptionGroup.class,
                () -> Failures.catching(IllegalArgumentException.class, _ -> {
                            throw new IllegalStateException("handler");
                        })
                        .run(() -> {
                            throw new ExceptionGroup(
                                    "two", List.of(new IllegalArgumentException("a"), new ArithmeticException("b")));
                        }));
        ctx.equal(GroupScenarios.shape(left), "[handler, [b]]", "what came out");
    }
}
