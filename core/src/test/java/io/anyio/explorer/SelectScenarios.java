package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Select;
import io.anyio.SelectClause;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
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

    static void ofSeveralThatAreReadyTheFirstListedIsChosenAndTheOthersKeepTheirs(World w) {
        List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(w.stream(1));
        }
        int first = w.pick(4);
        for (int i = first; i < 4; i++) {
            streams.get(i).sender().sendNow(i);
        }
        w.equal(Select.first(clauses(streams)), first, "the item");
        for (int i = first + 1; i < 4; i++) {
            w.equal(streams.get(i).receiver().receiveNow(), i, "the item that was not chosen");
        }
        w.equal(streams.get(first).sender().statistics().currentBufferUsed(), 0, "items left where one was taken");
    }

    private static List<SelectClause<Integer>> clauses(List<MemoryObjectStream<Integer>> streams) {
        return streams.stream().map(stream -> stream.receiver().onReceive()).toList();
    }

    static void aSelectThatWaitsIsServedOnceAndLeavesAllLines(World w) {
        List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            streams.add(w.stream(w.pick(2)));
        }
        int chosen = w.pick(3);
        TaskGroup.run(group -> {
            w.go(group, "selecting", () -> w.equal(Select.first(clauses(streams)), chosen, "the item"));
            World.settle();
            streams.forEach(stream -> w.equal(waitingToReceive(stream), 1, "who waits in each line"));
            streams.get(chosen).sender().sendNow(chosen);
            streams.forEach(stream -> w.equal(waitingToReceive(stream), 0, "who waits right after the choice"));
            for (MemoryObjectStream<Integer> other : streams) {
                if (other.sender().statistics().maxBufferSize() == 0) {
                    w.expectThrown(
                            WouldBlockException.class, () -> other.sender().sendNow(9));
                } else {
                    other.sender().sendNow(9);
                    w.equal(other.receiver().receiveNow(), 9, "what was sent after the choice");
                }
            }
        });
    }

    private static int waitingToReceive(MemoryObjectStream<?> stream) {
        return stream.receiver().statistics().tasksWaitingReceive();
    }

    static void aCancelledSelectHasTakenNothingAndStandsInNoLine(World w) {
        MemoryObjectStream<Integer> in = w.stream(1);
        MemoryObjectStream<Integer> out = w.stream(0);
        var event = w.event();
        var lock = w.lock();
        var semaphore = w.semaphore(1);
        lock.acquireNow();
        semaphore.acquireNow();
        TaskGroup.run(group -> {
            var handle = w.go(
                    group,
                    "selecting",
                    () -> Select.first(
                            in.receiver().onReceive(),
                            out.sender().onSend(1),
                            event.onSet(),
                            lock.onAcquire(),
                            semaphore.onAcquire(),
                            Select.after(World.ms(50))));
            if (w.flip()) {
                World.settle();
            }
            handle.cancel();
            if (w.flip()) {
                handle.await();
            }
            in.sender().sendNow(7);
            w.expectThrown(WouldBlockException.class, () -> out.receiver().receiveNow());
            lock.release();
            semaphore.release();
            w.expect(!lock.isLocked() && semaphore.value() == 1, "a cancelled select got something");
            event.set();
            handle.await();
            w.equal(handle.status(), TaskHandle.Status.CANCELLED, "the status");
            w.equal(in.receiver().receiveNow(), 7, "the item");
        });
        w.equal(w.now(), 0L, "the time");
    }

    static void inACancelledScopeNothingIsChosen(World w) {
        MemoryObjectStream<Integer> stream = w.stream(2);
        stream.sender().sendNow(1);
        CancelScope.open(scope -> {
            scope.cancel();
            w.expectCancelled("select", () -> Select.first(stream.receiver().onReceive()));
            w.expectCancelled("select", () -> Select.fair(stream.sender().onSend(2), Select.after(World.ms(0))));
        });
        w.equal(stream.sender().statistics().currentBufferUsed(), 1, "items in the buffer");
    }

    static void aChoiceThatCameFirstBeatsTheCancellation(World w) {
        MemoryObjectStream<Integer> stream = w.stream(0);
        boolean[] got = {false};
        TaskGroup.run(group -> {
            var handle = w.go(group, "selecting", () -> {
                w.equal(
                        Select.first(
                                w.event().onSet().then(_ -> 0),
                                stream.receiver().onReceive()),
                        5,
                        "the item");
                got[0] = true;
                AnyIO.checkpoint();
                w.fail("it went on");
            });
            World.settle();
            stream.sender().sendNow(5);
            handle.cancel();
        });
        w.expect(got[0], "an item is lost");
    }

    static void theTimeOutComesWhenNothingElseDoes(World w) {
        MemoryObjectStream<Integer> stream = w.stream(0);
        int begin = w.pick(3);
        int patience = 1 + w.pick(6);
        int comes = 1 + w.pick(6);
        AnyIO.sleep(World.ms(begin));
        TaskGroup.run(group -> {
            w.go(group, "sender", () -> {
                AnyIO.sleep(World.ms(comes));
                try {
                    stream.sender().sendNow(1);
                } catch (WouldBlockException late) {
                    w.expect(patience <= comes, "the select gave up too early");
                }
            });
            SelectClause<String> timeOut = (w.flip()
                            ? Select.after(World.ms(patience))
                            : Select.at(w.at(begin + patience)))
                    .then(_ -> "time-out");
            String got = Select.first(stream.receiver().onReceive().then(String::valueOf), timeOut);
            if (patience != comes) {
                w.equal(got, patience < comes ? "time-out" : "1", "what came first");
            }
            w.equal(w.now(), (long) begin + Math.min(patience, comes), "the time");
        });
    }

    static void noTimeAtAllStandsForOtherwise(World w) {
        MemoryObjectStream<Integer> stream = w.stream(1);
        boolean there = w.flip();
        if (there) {
            stream.sender().sendNow(1);
        }
        TaskGroup.run(group -> {
            w.go(group, "looking", () -> {
                for (int i = 0; i < 20; i++) {
                    w.equal(waitingToReceive(stream), 0, "who waits");
                    AnyIO.checkpoint();
                }
            });
            for (SelectClause<?> otherwise :
                    List.of(Select.after(World.ms(0)), Select.after(World.ms(-1)), Select.at(w.at(0)))) {
                String got = Select.first(
                        stream.receiver().onReceive().then(item -> {
                            stream.sender().sendNow(item);
                            return "item";
                        }),
                        otherwise.then(_ -> "otherwise"));
                w.equal(got, there ? "item" : "otherwise", "what was chosen");
            }
        });
        w.equal(w.now(), 0L, "the time");
        if (there) {
            stream.receiver().receiveNow();
        }
    }

    static void whatEndsOrBreaksIsChosenAndThrows(World w) {
        MemoryObjectStream<Integer> in = w.stream(0);
        MemoryObjectStream<Integer> out = w.stream(0);
        var failed = w.<Integer>deferred();
        boolean early = w.flip();
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
        int which = w.pick(4);
        TaskGroup.run(group -> {
            if (early) {
                ends.get(which).run();
            } else {
                w.go(group, "ending", () -> {
                    w.dawdle(3);
                    ends.get(which).run();
                });
            }
            w.expectThrown(
                    thrown.get(which),
                    () -> Select.first(
                            in.receiver().onReceive(),
                            out.sender().onSend(1),
                            failed.onJoin(),
                            Select.after(World.ms(9))));
        });
        w.equal(w.now(), 0L, "the time");
    }

    static void aSendThatIsChosenHandsItsItemOverAndWakesWhoWaits(World w) {
        MemoryObjectStream<Integer> left = w.stream(0);
        MemoryObjectStream<Integer> right = w.stream(0);
        boolean selectFirst = w.flip();
        boolean toTheLeft = w.flip();
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            Runnable select = () -> w.equal(
                    Select.first(
                            left.sender().onSend(1).then(_ -> true),
                            right.sender().onSend(2).then(_ -> false)),
                    toTheLeft,
                    "whether it went to the left");
            if (selectFirst) {
                w.go(group, "selecting", select::run);
                World.settle();
            }
            w.go(
                    group,
                    "receiver",
                    () -> got.add((toTheLeft ? left : right).receiver().receive()));
            World.settle();
            if (!selectFirst) {
                select.run();
            }
        });
        w.equal(got, List.of(toTheLeft ? 1 : 2), "received");
    }

    static void aReceiveThatIsChosenWakesTheSender(World w) {
        MemoryObjectStream<Integer> stream = w.stream(w.pick(2));
        int[] sent = {0};
        TaskGroup.run(group -> {
            w.go(group, "sender", () -> {
                for (int i = 0; i < 3; i++) {
                    stream.sender().send(i);
                    sent[0]++;
                }
            });
            World.settle();
            for (int i = 0; i < 3; i++) {
                w.equal(
                        Select.fair(
                                stream.receiver().onReceive(), w.event().onSet().then(_ -> -1)),
                        i,
                        "the item");
                World.settle();
                w.equal(
                        sent[0],
                        Math.min(3, i + 1 + stream.sender().statistics().maxBufferSize()),
                        "sent");
            }
        });
    }

    static void twoSelectsThatMeetAgreeOnOneThing(World w) {
        MemoryObjectStream<String> there = w.stream(0);
        MemoryObjectStream<String> back = w.stream(0);
        List<String> said = new ArrayList<>();
        TaskGroup.run(group -> {
            w.go(
                    group,
                    "a",
                    () -> said.add(Select.fair(
                            there.sender().onSend("x").then(_ -> "sent x"),
                            back.receiver().onReceive())));
            w.dawdle(2);
            w.go(
                    group,
                    "b",
                    () -> said.add(Select.fair(
                            back.sender().onSend("y").then(_ -> "sent y"),
                            there.receiver().onReceive())));
        });
        String met = said.stream().sorted().toList().toString();
        w.expect(met.equals("[sent x, x]") || met.equals("[sent y, y]"), "they do not agree: " + met);
    }

    static void aSelectDoesNotMeetItself(World w) {
        MemoryObjectStream<Integer> stream = w.stream(0);
        String got = Select.first(
                stream.sender().onSend(1).then(_ -> "sent"),
                stream.receiver().onReceive().then(_ -> "received"),
                Select.after(World.ms(3)).then(_ -> "nobody"));
        w.equal(got, "nobody", "what was chosen");
    }

    static void aLockThatIsSelectedIsHeldAndHandedOver(World w) {
        var lock = w.lock();
        var other = w.lock();
        List<String> order = new ArrayList<>();
        lock.acquireNow();
        other.acquireNow();
        TaskGroup.run(group -> {
            for (String name : List.of("a", "b")) {
                w.go(group, name, () -> {
                    boolean first = Select.first(
                            lock.onAcquire().then(_ -> true), other.onAcquire().then(_ -> false));
                    var mine = first ? lock : other;
                    w.equal(mine.statistics().owner().orElseThrow().name(), name, "the owner");
                    w.expectThrown(IllegalStateException.class, () -> Select.first(mine.onAcquire()));
                    order.add(name);
                    w.dawdle(2);
                    mine.release();
                });
                World.settle();
            }
            w.go(group, "c", () -> lock.run(() -> order.add("c")));
            World.settle();
            w.equal(lock.statistics().tasksWaiting(), 3, "who waits");
            lock.release();
            w.equal(lock.statistics().owner().orElseThrow().name(), "a", "the owner right after the release");
            w.equal(other.statistics().tasksWaiting(), 1, "who waits for the other one right after");
            World.settle();
            w.equal(order, List.of("a", "b", "c"), "the order");
            other.release();
        });
    }

    static void aSlotThatIsSelectedIsTakenOnce(World w) {
        var semaphore = w.semaphore(2);
        var event = w.event();
        Select.first(semaphore.onAcquire(), event.onSet());
        w.equal(semaphore.value(), 1, "slots");
        event.set();
        Select.first(event.onSet(), semaphore.onAcquire());
        w.equal(semaphore.value(), 1, "slots, when the other one was chosen");
        semaphore.release();
    }

    static void eventsAndValuesEndASelectWhenTheyCome(World w) {
        var event = w.event();
        var value = w.<String>deferred();
        boolean byEvent = w.flip();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                w.go(
                        group,
                        "selecting" + i,
                        () -> w.equal(
                                Select.<@Nullable String>first(event.onSet().then(_ -> "event"), value.onJoin()),
                                byEvent ? "event" : "value",
                                "what came"));
            }
            w.dawdle(3);
            if (byEvent) {
                event.set();
            } else {
                value.complete("value");
            }
        });
    }

    static void aFairSelectHasNoFavourites(World w) {
        List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            streams.add(w.stream(40));
            for (int n = 0; n < 30; n++) {
                streams.get(i).sender().sendNow(i);
            }
        }
        int[] chosen = new int[3];
        for (int n = 0; n < 30; n++) {
            chosen[Select.fair(clauses(streams))]++;
        }
        w.equal(List.of(chosen[0], chosen[1], chosen[2]), List.of(10, 10, 10), "how often each was chosen");
    }

    static void anythingGoesAndNothingIsLost(World w) {
        List<MemoryObjectStream<Integer>> streams = List.of(w.stream(0), w.stream(1), w.stream(2));
        var lock = w.lock();
        List<Integer> sent = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        boolean[] inside = {false};
        TaskGroup.run(group -> {
            for (int t = 0; t < 5; t++) {
                int task = t;
                w.go(group, "task" + t, () -> {
                    for (int n = 0; n < 5; n++) {
                        int item = task * 5 + n;
                        Timeouts.moveOnAfter(
                                World.ms(1 + w.pick(4)), () -> once(w, streams, lock, item, sent, got, inside));
                    }
                });
            }
        });
        for (MemoryObjectStream<Integer> stream : streams) {
            while (stream.sender().statistics().currentBufferUsed() > 0) {
                got.add(stream.receiver().receiveNow());
            }
        }
        w.equal(got.stream().sorted().toList(), sent.stream().sorted().toList(), "what was received, and sent");
    }

    private static void once(
            World w,
            List<MemoryObjectStream<Integer>> streams,
            io.anyio.sync.Lock lock,
            int item,
            List<Integer> sent,
            List<Integer> got,
            boolean[] inside) {
        var one = streams.get(w.pick(3));
        var two = streams.get(w.pick(3));
        List<SelectClause<? extends String>> clauses = new ArrayList<>();
        clauses.add(one.sender().onSend(item).then(_ -> {
            sent.add(item);
            return "sent";
        }));
        clauses.add(two.receiver().onReceive().then(received -> {
            got.add(received);
            return "received";
        }));
        if (w.flip()) {
            clauses.add(lock.onAcquire().then(_ -> {
                w.expect(!inside[0], "two hold the lock");
                inside[0] = true;
                try {
                    w.dawdleShielded(2);
                } finally {
                    inside[0] = false;
                    lock.release();
                }
                return "locked";
            }));
        }
        if (w.flip()) {
            clauses.add(Select.after(w.upTo(3)).then(_ -> "time-out"));
        }
        w.note(w.flip() ? Select.fair(clauses) : Select.first(clauses.reversed()));
    }
}
