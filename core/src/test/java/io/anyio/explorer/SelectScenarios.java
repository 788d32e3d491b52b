package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.select.Select;
import io.anyio.select.SelectClause;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.DeferredCancelledException;
import io.anyio.sync.DeferredFailedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Selects: one clause is chosen, and of the others nothing is left and nothing is lost. */
final class SelectScenarios {
    private SelectScenarios() {}

    static void ofSeveralThatAreReadyTheFirstListedIsChosenAndTheOthersKeepTheirs(ScenarioContext ctx) {
        List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(ctx.stream(1));
        }
        int first = ctx.pick(4);
        for (int i = first; i < 4; i++) {
            streams.get(i).sender().sendNow(i);
        }
        ctx.equal(Select.first(clauses(streams)), first, "the item");
        for (int i = first + 1; i < 4; i++) {
            ctx.equal(streams.get(i).receiver().receiveNow(), i, "the item that was not chosen");
        }
        ctx.equal(streams.get(first).sender().statistics().currentBufferUsed(), 0, "items left where one was taken");
    }

    private static List<SelectClause<Integer>> clauses(List<MemoryObjectStream<Integer>> streams) {
        return streams.stream().map(stream -> stream.receiver().onReceive()).toList();
    }

    static void aSelectThatWaitsIsServedOnceAndLeavesAllLines(ScenarioContext ctx) {
        List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            streams.add(ctx.stream(ctx.pick(2)));
        }
        int chosen = ctx.pick(3);
        TaskGroup.run(group -> {
            ctx.go(group, "selecting", () -> ctx.equal(Select.first(clauses(streams)), chosen, "the item"));
            ScenarioContext.settle();
            streams.forEach(stream -> ctx.equal(waitingToReceive(stream), 1, "who waits in each line"));
            streams.get(chosen).sender().sendNow(chosen);
            streams.forEach(stream -> ctx.equal(waitingToReceive(stream), 0, "who waits right after the choice"));
            for (MemoryObjectStream<Integer> other : streams) {
                if (other.sender().statistics().maxBufferSize() == 0) {
                    ctx.expectThrown(
                            WouldBlockException.class, () -> other.sender().sendNow(9));
                } else {
                    other.sender().sendNow(9);
                    ctx.equal(other.receiver().receiveNow(), 9, "what was sent after the choice");
                }
            }
        });
    }

    private static int waitingToReceive(MemoryObjectStream<?> stream) {
        return stream.receiver().statistics().tasksWaitingReceive();
    }

    static void aCancelledSelectHasTakenNothingAndStandsInNoLine(ScenarioContext ctx) {
        MemoryObjectStream<Integer> in = ctx.stream(1);
        MemoryObjectStream<Integer> out = ctx.stream(0);
        var event = ctx.event();
        var lock = ctx.lock();
        var semaphore = ctx.semaphore(1);
        lock.acquireNow();
        semaphore.acquireNow();
        TaskGroup.run(group -> {
            var handle = ctx.go(
                    group,
                    "selecting",
                    () -> Select.first(
                            in.receiver().onReceive(),
                            out.sender().onSend(1),
                            event.onSet(),
                            lock.onAcquire(),
                            semaphore.onAcquire(),
                            Select.after(ScenarioContext.ms(50))));
            if (ctx.flip()) {
                ScenarioContext.settle();
            }
            handle.cancel();
            if (ctx.flip()) {
                handle.await();
            }
            in.sender().sendNow(7);
            ctx.expectThrown(WouldBlockException.class, () -> out.receiver().receiveNow());
            lock.release();
            semaphore.release();
            ctx.expect(!lock.isLocked() && semaphore.value() == 1, "a cancelled select got something");
            event.set();
            handle.await();
            ctx.equal(handle.status(), TaskHandle.Status.CANCELLED, "the status");
            ctx.equal(in.receiver().receiveNow(), 7, "the item");
        });
        ctx.equal(ctx.now(), 0L, "the time");
    }

    static void inACancelledScopeNothingIsChosen(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(2);
        stream.sender().sendNow(1);
        CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled("select", () -> Select.first(stream.receiver().onReceive()));
            ctx.expectCancelled(
                    "select", () -> Select.fair(stream.sender().onSend(2), Select.after(ScenarioContext.ms(0))));
        });
        ctx.equal(stream.sender().statistics().currentBufferUsed(), 1, "items in the buffer");
    }

    static void aChoiceThatCameFirstBeatsTheCancellation(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(0);
        boolean[] got = {false};
        TaskGroup.run(group -> {
            var handle = ctx.go(group, "selecting", () -> {
                ctx.equal(
                        Select.first(
                                ctx.event().onSet().then(_ -> 0),
                                stream.receiver().onReceive()),
                        5,
                        "the item");
                got[0] = true;
                AnyIO.checkpoint();
                ctx.fail("it went on");
            });
            ScenarioContext.settle();
            stream.sender().sendNow(5);
            handle.cancel();
        });
        ctx.expect(got[0], "an item is lost");
    }

    static void theTimeOutComesWhenNothingElseDoes(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(0);
        int begin = ctx.pick(3);
        int patience = 1 + ctx.pick(6);
        int comes = 1 + ctx.pick(6);
        AnyIO.sleep(ScenarioContext.ms(begin));
        TaskGroup.run(group -> {
            ctx.go(group, "sender", () -> {
                AnyIO.sleep(ScenarioContext.ms(comes));
                try {
                    stream.sender().sendNow(1);
                } catch (WouldBlockException late) {
                    ctx.expect(patience <= comes, "the select gave up too early");
                }
            });
            SelectClause<String> timeOut = (ctx.flip()
                            ? Select.after(ScenarioContext.ms(patience))
                            : Select.at(ctx.at(begin + patience)))
                    .then(_ -> "time-out");
            String got = Select.first(stream.receiver().onReceive().then(String::valueOf), timeOut);
            if (patience != comes) {
                ctx.equal(got, patience < comes ? "time-out" : "1", "what came first");
            }
            ctx.equal(ctx.now(), (long) begin + Math.min(patience, comes), "the time");
        });
    }

    static void noTimeAtAllStandsForOtherwise(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(1);
        boolean there = ctx.flip();
        if (there) {
            stream.sender().sendNow(1);
        }
        TaskGroup.run(group -> {
            ctx.go(group, "looking", () -> {
                for (int i = 0; i < 20; i++) {
                    ctx.equal(waitingToReceive(stream), 0, "who waits");
                    AnyIO.checkpoint();
                }
            });
            for (SelectClause<?> otherwise : List.of(
                    Select.after(ScenarioContext.ms(0)), Select.after(ScenarioContext.ms(-1)), Select.at(ctx.at(0)))) {
                String got = Select.first(
                        stream.receiver().onReceive().then(item -> {
                            stream.sender().sendNow(item);
                            return "item";
                        }),
                        otherwise.then(_ -> "otherwise"));
                ctx.equal(got, there ? "item" : "otherwise", "what was chosen");
            }
        });
        ctx.equal(ctx.now(), 0L, "the time");
        if (there) {
            stream.receiver().receiveNow();
        }
    }

    static void whatEndsOrBreaksIsChosenAndThrows(ScenarioContext ctx) {
        MemoryObjectStream<Integer> in = ctx.stream(0);
        MemoryObjectStream<Integer> out = ctx.stream(0);
        var failed = ctx.<Integer>deferred();
        boolean early = ctx.flip();
        List<Runnable> ends = List.of(
                () -> in.sender().close(),
                () -> out.receiver().close(),
                () -> failed.fail(new IllegalArgumentException("on purpose")),
                failed::cancel);
        List<Class<? extends Throwable>> thrown = List.of(
                EndOfStreamException.class,
                BrokenResourceException.class,
                DeferredFailedException.class,
                DeferredCancelledException.class);
        int which = ctx.pick(4);
        TaskGroup.run(group -> {
            if (early) {
                ends.get(which).run();
            } else {
                ctx.go(group, "ending", () -> {
                    ctx.dawdle(3);
                    ends.get(which).run();
                });
            }
            ctx.expectThrown(
                    thrown.get(which),
                    () -> Select.first(
                            in.receiver().onReceive(),
                            out.sender().onSend(1),
                            failed.onJoin(),
                            Select.after(ScenarioContext.ms(9))));
        });
        ctx.equal(ctx.now(), 0L, "the time");
    }

    static void aSendThatIsChosenHandsItsItemOverAndWakesWhoWaits(ScenarioContext ctx) {
        MemoryObjectStream<Integer> left = ctx.stream(0);
        MemoryObjectStream<Integer> right = ctx.stream(0);
        boolean selectFirst = ctx.flip();
        boolean toTheLeft = ctx.flip();
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            Runnable select = () -> ctx.equal(
                    Select.first(
                            left.sender().onSend(1).then(_ -> true),
                            right.sender().onSend(2).then(_ -> false)),
                    toTheLeft,
                    "whether it went to the left");
            if (selectFirst) {
                ctx.go(group, "selecting", select::run);
                ScenarioContext.settle();
            }
            ctx.go(
                    group,
                    "receiver",
                    () -> got.add((toTheLeft ? left : right).receiver().receive()));
            ScenarioContext.settle();
            if (!selectFirst) {
                select.run();
            }
        });
        ctx.equal(got, List.of(toTheLeft ? 1 : 2), "received");
    }

    static void aReceiveThatIsChosenWakesTheSender(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(ctx.pick(2));
        int[] sent = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "sender", () -> {
                for (int i = 0; i < 3; i++) {
                    stream.sender().send(i);
                    sent[0]++;
                }
            });
            ScenarioContext.settle();
            for (int i = 0; i < 3; i++) {
                ctx.equal(
                        Select.fair(
                                stream.receiver().onReceive(),
                                ctx.event().onSet().then(_ -> -1)),
                        i,
                        "the item");
                ScenarioContext.settle();
                ctx.equal(
                        sent[0],
                        Math.min(3, i + 1 + stream.sender().statistics().maxBufferSize()),
                        "sent");
            }
        });
    }

    static void twoSelectsThatMeetAgreeOnOneThing(ScenarioContext ctx) {
        MemoryObjectStream<String> there = ctx.stream(0);
        MemoryObjectStream<String> back = ctx.stream(0);
        List<String> said = new ArrayList<>();
        TaskGroup.run(group -> {
            ctx.go(
                    group,
                    "a",
                    () -> said.add(Select.fair(
                            there.sender().onSend("x").then(_ -> "sent x"),
                            back.receiver().onReceive())));
            ctx.dawdle(2);
            ctx.go(
                    group,
                    "b",
                    () -> said.add(Select.fair(
                            back.sender().onSend("y").then(_ -> "sent y"),
                            there.receiver().onReceive())));
        });
        String met = said.stream().sorted().toList().toString();
        ctx.expect(met.equals("[sent x, x]") || met.equals("[sent y, y]"), "they do not agree: " + met);
    }

    static void aSelectDoesNotMeetItself(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(0);
        String got = Select.first(
                stream.sender().onSend(1).then(_ -> "sent"),
                stream.receiver().onReceive().then(_ -> "received"),
                Select.after(ScenarioContext.ms(3)).then(_ -> "time-out"));
        ctx.equal(got, "time-out", "what was chosen");
    }

    static void aLockThatIsSelectedIsHeldAndHandedOver(ScenarioContext ctx) {
        var lock = ctx.lock();
        var other = ctx.lock();
        List<String> order = new ArrayList<>();
        lock.acquireNow();
        other.acquireNow();
        TaskGroup.run(group -> {
            for (String name : List.of("a", "b")) {
                ctx.go(group, name, () -> {
                    boolean first = Select.first(
                            lock.onAcquire().then(_ -> true), other.onAcquire().then(_ -> false));
                    var mine = first ? lock : other;
                    ctx.equal(mine.statistics().owner().orElseThrow().name(), name, "the owner");
                    ctx.expectThrown(IllegalStateException.class, () -> Select.first(mine.onAcquire()));
                    order.add(name);
                    ctx.dawdle(2);
                    mine.release();
                });
                ScenarioContext.settle();
            }
            ctx.go(group, "c", () -> lock.run(() -> order.add("c")));
            ScenarioContext.settle();
            ctx.equal(lock.statistics().tasksWaiting(), 3, "who waits");
            lock.release();
            ctx.equal(lock.statistics().owner().orElseThrow().name(), "a", "the owner right after the release");
            ctx.equal(other.statistics().tasksWaiting(), 1, "who waits for the other one right after");
            ScenarioContext.settle();
            ctx.equal(order, List.of("a", "b", "c"), "the order");
            other.release();
        });
    }

    static void aSlotThatIsSelectedIsTakenOnce(ScenarioContext ctx) {
        var semaphore = ctx.semaphore(2);
        var event = ctx.event();
        Select.first(semaphore.onAcquire(), event.onSet());
        ctx.equal(semaphore.value(), 1, "slots");
        event.set();
        Select.first(event.onSet(), semaphore.onAcquire());
        ctx.equal(semaphore.value(), 1, "slots, when the other one was chosen");
        semaphore.release();
    }

    static void eventsAndValuesEndASelectWhenTheyCome(ScenarioContext ctx) {
        var event = ctx.event();
        var value = ctx.<String>deferred();
        boolean byEvent = ctx.flip();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                ctx.go(
                        group,
                        "selecting" + i,
                        () -> ctx.equal(
                                Select.<@Nullable String>first(event.onSet().then(_ -> "event"), value.onJoin()),
                                byEvent ? "event" : "value",
                                "what came"));
            }
            ctx.dawdle(3);
            if (byEvent) {
                event.set();
            } else {
                value.complete("value");
            }
        });
    }

    static void aFairSelectHasNoFavourites(ScenarioContext ctx) {
        List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            streams.add(ctx.stream(40));
            for (int n = 0; n < 30; n++) {
                streams.get(i).sender().sendNow(i);
            }
        }
        int[] chosen = new int[3];
        for (int n = 0; n < 30; n++) {
            chosen[Select.fair(clauses(streams))]++;
        }
        ctx.equal(List.of(chosen[0], chosen[1], chosen[2]), List.of(10, 10, 10), "how often each was chosen");
    }

    static void anythingGoesAndNothingIsLost(ScenarioContext ctx) {
        List<MemoryObjectStream<Integer>> streams = List.of(ctx.stream(0), ctx.stream(1), ctx.stream(2));
        var lock = ctx.lock();
        List<Integer> sent = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        boolean[] inside = {false};
        TaskGroup.run(group -> {
            for (int t = 0; t < 5; t++) {
                int task = t;
                ctx.go(group, "task" + t, () -> {
                    for (int n = 0; n < 5; n++) {
                        int item = task * 5 + n;
                        Timeouts.moveOnAfter(
                                ScenarioContext.ms(1 + ctx.pick(4)),
                                () -> once(ctx, streams, lock, item, sent, got, inside));
                    }
                });
            }
        });
        for (MemoryObjectStream<Integer> stream : streams) {
            while (stream.sender().statistics().currentBufferUsed() > 0) {
                got.add(stream.receiver().receiveNow());
            }
        }
        ctx.equal(got.stream().sorted().toList(), sent.stream().sorted().toList(), "what was received, and sent");
    }

    private static void once(
            ScenarioContext ctx,
            List<MemoryObjectStream<Integer>> streams,
            io.anyio.sync.Lock lock,
            int item,
            List<Integer> sent,
            List<Integer> got,
            boolean[] inside) {
        var one = streams.get(ctx.pick(3));
        var two = streams.get(ctx.pick(3));
        List<SelectClause<? extends String>> clauses = new ArrayList<>();
        clauses.add(one.sender().onSend(item).then(_ -> {
            sent.add(item);
            return "sent";
        }));
        clauses.add(two.receiver().onReceive().then(received -> {
            got.add(received);
            return "received";
        }));
        if (ctx.flip()) {
            clauses.add(lock.onAcquire().then(_ -> {
                ctx.expect(!inside[0], "two hold the lock");
                inside[0] = true;
                try {
                    ctx.dawdleShielded(2);
                } finally {
                    inside[0] = false;
                    lock.release();
                }
                return "locked";
            }));
        }
        if (ctx.flip()) {
            clauses.add(Select.after(ctx.upTo(3)).then(_ -> "time-out"));
        }
        ctx.note(ctx.flip() ? Select.fair(clauses) : Select.first(clauses.reversed()));
    }
}
