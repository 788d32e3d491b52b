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

    static void anEventWakesAllWhoWaitAndLetsAllPassWhoCome(World w) {
        var event = w.event();
        int[] woken = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                w.go(group, "waiter" + i, () -> {
                    w.dawdle(3);
                    event.await();
                    woken[0]++;
                });
            }
            w.dawdle(4);
            w.expect(!event.isSet(), "set too early");
            event.set();
            event.set();
            w.expect(event.isSet(), "not set");
            w.equal(event.statistics().tasksWaiting(), 0, "who waits right after the event");
        });
        w.equal(woken[0], 6, "woken");
    }

    static void anEventIsACheckpointAlsoWhenItIsSet(World w) {
        var event = w.event();
        event.set();
        CancelScope.open(scope -> {
            scope.cancel();
            w.expectCancelled("await", event::await);
        });
        event.await();
    }

    static void waitersOfAnEventThatAreCancelledAreNotWoken(World w) {
        var event = w.event();
        List<TaskHandle<?>> handles = new ArrayList<>();
        int[] woken = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                handles.add(w.go(group, "waiter" + i, () -> {
                    event.await();
                    woken[0]++;
                }));
            }
            World.settle();
            handles.get(w.pick(5)).cancel();
            w.waiting(event.statistics().tasksWaiting(), 4, 5);
            if (w.flip()) {
                World.settle();
                w.equal(event.statistics().tasksWaiting(), 4, "who waits when the cancelled one has gone");
            }
            event.set();
        });
        w.equal(woken[0], 4, "woken");
    }

    static void twoEventsPingPong(World w) {
        int[] rounds = {0};
        List<io.anyio.sync.Event> pings = new ArrayList<>();
        List<io.anyio.sync.Event> pongs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            pings.add(w.event());
            pongs.add(w.event());
        }
        TaskGroup.run(group -> {
            w.go(group, "ponger", () -> {
                for (int i = 0; i < 10; i++) {
                    pings.get(i).await();
                    rounds[0]++;
                    pongs.get(i).set();
                }
            });
            for (int i = 0; i < 10; i++) {
                pings.get(i).set();
                pongs.get(i).await();
                w.equal(rounds[0], i + 1, "the round");
            }
        });
    }

    static void ofManyWhoCompleteADeferredOneWins(World w) {
        Deferred<Integer> deferred = w.deferred();
        List<Integer> winners = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int number = i;
                w.go(group, "giver" + i, () -> {
                    w.dawdle(3);
                    try {
                        deferred.complete(number);
                        winners.add(number);
                    } catch (DeferredAlreadyFinishedException late) {
                        w.note("late");
                    }
                });
                w.go(group, "joiner" + i, () -> {
                    w.dawdle(3);
                    seen.add(deferred.join());
                });
            }
        });
        w.equal(winners.size(), 1, "winners");
        w.equal(seen, List.of(winners.get(0), winners.get(0), winners.get(0), winners.get(0)), "what was seen");
    }

    static void aDeferredThatFailsTellsAll(World w) {
        Deferred<Integer> deferred = w.deferred();
        w.expectThrown(DeferredNotFinishedException.class, deferred::returnValue);
        w.expectThrown(DeferredNotFinishedException.class, deferred::exception);
        int[] told = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                w.go(group, "joiner" + i, () -> {
                    var thrown = w.expectThrown(DeferredFailedException.class, deferred::join);
                    w.equal(thrown.getCause().getMessage(), "on purpose", "the cause");
                    deferred.await();
                    told[0]++;
                });
            }
            w.dawdle(3);
            deferred.fail(new IllegalArgumentException("on purpose"));
            deferred.cancel();
            w.expectThrown(DeferredAlreadyFinishedException.class, () -> deferred.complete(1));
        });
        w.equal(told[0], 3, "told");
        w.equal(deferred.status(), Deferred.Status.FAILED, "the status");
        w.equal(deferred.exception().orElseThrow().getMessage(), "on purpose", "the exception");
    }

    static void aDeferredThatIsCancelledTellsAllAndCancelsNobody(World w) {
        Deferred<Integer> deferred = w.deferred();
        int[] told = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                w.go(group, "joiner" + i, () -> {
                    w.expectThrown(DeferredCancelledException.class, deferred::join);
                    AnyIO.checkpoint();
                    told[0]++;
                });
            }
            w.dawdle(3);
            deferred.cancel();
            w.expectThrown(DeferredCancelledException.class, () -> deferred.complete(1));
        });
        w.equal(told[0], 3, "told");
        w.equal(deferred.status(), Deferred.Status.CANCELLED, "the status");
    }

    static void oneImpatientJoinerDisturbsNobody(World w) {
        Deferred<String> deferred = w.deferred();
        List<String> seen = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int patience = 2 * (1 + w.pick(4));
                w.go(group, "joiner" + i, () -> {
                    String got = Timeouts.moveOnAfter(World.ms(patience), "gave up", deferred::join);
                    w.equal(got, patience > 5 ? "value" : "gave up", "what came of it");
                    seen.add(got);
                });
            }
            AnyIO.sleep(World.ms(5));
            w.equal(deferred.status(), Deferred.Status.PENDING, "the status");
            deferred.complete("value");
            w.equal(deferred.status(), Deferred.Status.FINISHED, "the status");
            w.equal(deferred.exception(), Optional.empty(), "the exception");
        });
        w.equal(seen.size(), 4, "joiners");
        CancelScope.open(scope -> {
            scope.cancel();
            w.expectCancelled("join", deferred::join);
        });
        w.equal(deferred.join(), "value", "the value");
    }

    static void aGuardLetsOneIn(World w) {
        var guard = ResourceGuard.create("reading from");
        int[] inside = {0};
        int[] refused = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                w.go(group, "user" + i, () -> {
                    w.dawdle(2);
                    try (var _ = guard.enter()) {
                        inside[0]++;
                        w.equal(inside[0], 1, "who is inside");
                        w.dawdle(2);
                        inside[0]--;
                    } catch (BusyResourceException busy) {
                        w.expect(inside[0] == 1, "refused, though nobody was inside");
                        w.expect(busy.getMessage().contains("reading from"), "the message is " + busy.getMessage());
                        refused[0]++;
                    }
                });
            }
        });
        w.expect(refused[0] < 5, "nobody was let in");
        guard.enter().close();
    }
}
