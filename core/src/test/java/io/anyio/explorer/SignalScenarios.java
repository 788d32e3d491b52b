package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ResourceGuard;
import io.anyio.sync.Deferred;
import io.anyio.sync.DeferredAlreadyFinishedException;
import io.anyio.sync.DeferredCancelledException;
import io.anyio.sync.DeferredFailedException;
import io.anyio.sync.DeferredNotFinishedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Events, deferreds and guards. */
final class SignalScenarios {
    private SignalScenarios() {}

    static void anEventWakesAllWhoWaitAndLetsAllPassWhoCome(ScenarioContext ctx) {
        var event = ctx.event();
        int[] woken = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                ctx.go(group, "waiter" + i, () -> {
                    ctx.dawdle(3);
                    event.await();
                    woken[0]++;
                });
            }
            ctx.dawdle(4);
            ctx.expect(!event.isSet(), "set too early");
            event.set();
            event.set();
            ctx.expect(event.isSet(), "not set");
            ctx.equal(event.statistics().tasksWaiting(), 0, "who waits right after the event");
        });
        ctx.equal(woken[0], 6, "woken");
    }

    static void anEventIsACheckpointAlsoWhenItIsSet(ScenarioContext ctx) {
        var event = ctx.event();
        event.set();
        CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled("await", event::await);
        });
        event.await();
    }

    static void waitersOfAnEventThatAreCancelledAreNotWoken(ScenarioContext ctx) {
        var event = ctx.event();
        List<TaskHandle<?>> handles = new ArrayList<>();
        int[] woken = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                handles.add(ctx.go(group, "waiter" + i, () -> {
                    event.await();
                    woken[0]++;
                }));
            }
            ScenarioContext.settle();
            handles.get(ctx.pick(5)).cancel();
            ctx.waiting(event.statistics().tasksWaiting(), 4, 5);
            if (ctx.flip()) {
                ScenarioContext.settle();
                ctx.equal(event.statistics().tasksWaiting(), 4, "who waits when the cancelled one has gone");
            }
            event.set();
        });
        ctx.equal(woken[0], 4, "woken");
    }

    static void twoEventsPingPong(ScenarioContext ctx) {
        int[] rounds = {0};
        List<io.anyio.sync.Event> pings = new ArrayList<>();
        List<io.anyio.sync.Event> pongs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            pings.add(ctx.event());
            pongs.add(ctx.event());
        }
        TaskGroup.run(group -> {
            ctx.go(group, "ponger", () -> {
                for (int i = 0; i < 10; i++) {
                    pings.get(i).await();
                    rounds[0]++;
                    pongs.get(i).set();
                }
            });
            for (int i = 0; i < 10; i++) {
                pings.get(i).set();
                pongs.get(i).await();
                ctx.equal(rounds[0], i + 1, "the round");
            }
        });
    }

    static void ofManyWhoCompleteADeferredOneWins(ScenarioContext ctx) {
        Deferred<Integer> deferred = ctx.deferred();
        List<Integer> winners = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int number = i;
                ctx.go(group, "giver" + i, () -> {
                    ctx.dawdle(3);
                    try {
                        deferred.complete(number);
                        winners.add(number);
                    } catch (DeferredAlreadyFinishedException late) {
                        ctx.note("late");
                    }
                });
                ctx.go(group, "joiner" + i, () -> {
                    ctx.dawdle(3);
                    seen.add(deferred.join());
                });
            }
        });
        ctx.equal(winners.size(), 1, "winners");
        ctx.equal(seen, List.of(winners.get(0), winners.get(0), winners.get(0), winners.get(0)), "what was seen");
    }

    static void aDeferredThatFailsTellsAll(ScenarioContext ctx) {
        Deferred<Integer> deferred = ctx.deferred();
        ctx.expectThrown(DeferredNotFinishedException.class, deferred::returnValue);
        ctx.expectThrown(DeferredNotFinishedException.class, deferred::exception);
        int[] told = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "joiner" + i, () -> {
                    var thrown = ctx.expectThrown(DeferredFailedException.class, deferred::join);
                    ctx.equal(thrown.getCause().getMessage(), "on purpose", "the cause");
                    deferred.await();
                    told[0]++;
                });
            }
            ctx.dawdle(3);
            deferred.fail(new IllegalArgumentException("on purpose"));
            deferred.cancel();
            ctx.expectThrown(DeferredAlreadyFinishedException.class, () -> deferred.complete(1));
        });
        ctx.equal(told[0], 3, "told");
        ctx.equal(deferred.status(), Deferred.Status.FAILED, "the status");
        ctx.equal(deferred.exception().orElseThrow().getMessage(), "on purpose", "the exception");
    }

    static void aDeferredThatIsCancelledTellsAllAndCancelsNoTask(ScenarioContext ctx) {
        Deferred<Integer> deferred = ctx.deferred();
        int[] told = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "joiner" + i, () -> {
                    ctx.expectThrown(DeferredCancelledException.class, deferred::join);
                    AnyIO.checkpoint();
                    told[0]++;
                });
            }
            ctx.dawdle(3);
            deferred.cancel();
            ctx.expectThrown(DeferredCancelledException.class, () -> deferred.complete(1));
        });
        ctx.equal(told[0], 3, "told");
        ctx.equal(deferred.status(), Deferred.Status.CANCELLED, "the status");
    }

    static void oneImpatientJoinerDisturbsNoOther(ScenarioContext ctx) {
        Deferred<String> deferred = ctx.deferred();
        List<String> seen = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int patience = 2 * (1 + ctx.pick(4));
                ctx.go(group, "joiner" + i, () -> {
                    String got = Timeouts.moveOnAfter(ScenarioContext.ms(patience), "gave up", deferred::join);
                    ctx.equal(got, patience > 5 ? "value" : "gave up", "what came of it");
                    seen.add(got);
                });
            }
            AnyIO.sleep(ScenarioContext.ms(5));
            ctx.equal(deferred.status(), Deferred.Status.PENDING, "the status");
            deferred.complete("value");
            ctx.equal(deferred.status(), Deferred.Status.FINISHED, "the status");
            ctx.equal(deferred.exception(), Optional.empty(), "the exception");
        });
        ctx.equal(seen.size(), 4, "joiners");
        CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled("join", deferred::join);
        });
        ctx.equal(deferred.join(), "value", "the value");
    }

    static void aGuardLetsOneIn(ScenarioContext ctx) {
        var guard = ResourceGuard.create("reading from");
        int[] inside = {0};
        int[] refused = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                ctx.go(group, "user" + i, () -> {
                    ctx.dawdle(2);
                    try (var _ = guard.enter()) {
                        inside[0]++;
                        ctx.equal(inside[0], 1, "who is inside");
                        ctx.dawdle(2);
                        inside[0]--;
                    } catch (BusyResourceException busy) {
                        ctx.expect(inside[0] == 1, "refused, though no task was inside");
                        ctx.expect(busy.getMessage().contains("reading from"), "the message is " + busy.getMessage());
                        refused[0]++;
                    }
                });
            }
        });
        ctx.expect(refused[0] < 5, "no task was admitted");
        guard.enter().close();
    }
}
