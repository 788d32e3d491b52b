package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Memory object streams: every item arrives once, in order, whatever is cancelled or closed. */
final class StreamScenarios {
    private StreamScenarios() {}

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private static int anyBuffer(World w) {
        return List.of(0, 0, 1, 2, 40, MemoryObjectStream.UNLIMITED).get(w.pick(6));
    }

    static void oneToOneKeepsTheOrder(World w) {
        MemoryObjectStream<Integer> stream = w.stream(anyBuffer(w));
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            w.go(group, "receiver", () -> {
                for (int item : stream.receiver()) {
                    got.add(item);
                    w.dawdle(1);
                }
            });
            try (var send = stream.sender()) {
                for (int i = 0; i < 20; i++) {
                    send.send(i);
                    w.dawdle(1);
                }
            }
        });
        w.equal(got, upTo(20), "the items");
    }

    static void manyToManyLosesAndDoublesNothing(World w) {
        MemoryObjectStream<Integer> stream = w.stream(anyBuffer(w));
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                var mine = stream.sender().copy();
                w.go(group, "sender" + i, () -> {
                    try (mine) {
                        for (int n = 0; n < 5; n++) {
                            mine.send(number * 5 + n);
                            w.dawdle(1);
                        }
                    }
                });
                var theirs = stream.receiver().copy();
                w.go(group, "receiver" + i, () -> {
                    int[] last = {-1, -1, -1};
                    try (theirs) {
                        for (int item : theirs) {
                            got.add(item);
                            w.expect(item > last[item / 5], item + " of one sender came after " + last[item / 5]);
                            last[item / 5] = item;
                        }
                    }
                });
            }
            stream.sender().close();
            stream.receiver().close();
        });
        w.equal(got.stream().sorted().toList(), upTo(15), "the items");
    }

    static void aChainOfStreamsPassesEverythingOn(World w) {
        List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(w.stream(w.pick(3)));
        }
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                var from = streams.get(i).receiver();
                var to = streams.get(i + 1).sender();
                w.go(group, "link" + i, () -> {
                    try (from;
                            to) {
                        for (int item : from) {
                            to.send(item + 1);
                        }
                    }
                });
            }
            w.go(group, "source", () -> {
                try (var send = streams.get(0).sender()) {
                    for (int i = 0; i < 6; i++) {
                        send.send(i);
                    }
                }
            });
            for (int item : streams.get(3).receiver()) {
                got.add(item - 3);
            }
        });
        w.equal(got, upTo(6), "the items");
    }

    static void aReceiverCancelledAtTheArrivalReturnsTheItemOrLeavesIt(World w) {
        MemoryObjectStream<Integer> stream = w.stream(1);
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            var handle = w.go(group, "receiver", () -> {
                got.add(stream.receiver().receive());
                AnyIO.checkpoint();
            });
            w.dawdle(3);
            boolean sendFirst = w.flip();
            if (sendFirst) {
                stream.sender().sendNow(1);
                handle.cancel();
            } else {
                handle.cancel();
                stream.sender().sendNow(1);
            }
            handle.await();
            if (got.isEmpty()) {
                got.add(stream.receiver().receiveNow());
            } else {
                w.expectThrown(
                        WouldBlockException.class, () -> stream.receiver().receiveNow());
            }
        });
        w.equal(got, List.of(1), "the item");
    }

    static void aSenderCancelledAtTheDepartureHasSentOrNot(World w) {
        MemoryObjectStream<Integer> stream = w.stream(0);
        boolean[] sent = {false};
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            var handle = w.go(group, "sender", () -> {
                stream.sender().send(1);
                sent[0] = true;
                AnyIO.checkpoint();
            });
            World.settle();
            boolean receiveFirst = w.flip();
            if (!receiveFirst) {
                handle.cancel();
            }
            try {
                got.add(stream.receiver().receiveNow());
            } catch (WouldBlockException nothing) {
                w.expect(!receiveFirst, "the item of a waiting sender was not received");
            }
            handle.cancel();
            handle.await();
            w.equal(sent[0], receiveFirst, "whether it was sent");
        });
        w.equal(got.size(), sent[0] ? 1 : 0, "items received");
    }

    static void inACancelledScopeNothingIsSentOrTaken(World w) {
        MemoryObjectStream<Integer> stream = w.stream(2);
        stream.sender().sendNow(1);
        CancelScope.open(scope -> {
            scope.cancel();
            w.expectCancelled("receive", () -> stream.receiver().receive());
            w.expectCancelled("send", () -> stream.sender().send(2));
        });
        w.equal(stream.sender().statistics().currentBufferUsed(), 1, "items in the buffer");
        w.equal(stream.receiver().receiveNow(), 1, "the item");
    }

    static void impatientReceiversAndSendersLoseNothing(World w) {
        MemoryObjectStream<Integer> stream = w.stream(w.pick(3));
        List<Integer> got = new ArrayList<>();
        List<Integer> sent = new ArrayList<>();
        TaskGroup.run(group -> {
            int[] senders = {3};
            for (int i = 0; i < 3; i++) {
                int number = i;
                w.go(group, "sender" + i, () -> {
                    for (int n = 0; n < 4; n++) {
                        int item = number * 4 + n;
                        Timeouts.moveOnAfter(World.ms(1 + w.pick(3)), () -> {
                            stream.sender().send(item);
                            sent.add(item);
                        });
                        AnyIO.sleep(w.upTo(2));
                    }
                    if (--senders[0] == 0) {
                        stream.sender().close();
                    }
                });
            }
            for (int i = 0; i < 2; i++) {
                w.go(group, "receiver" + i, () -> {
                    boolean[] open = {true};
                    while (open[0]) {
                        Timeouts.moveOnAfter(World.ms(1 + w.pick(2)), () -> {
                            try {
                                got.add(stream.receiver().receive());
                            } catch (EndOfStreamException end) {
                                open[0] = false;
                            }
                        });
                        AnyIO.sleep(w.upTo(3));
                    }
                });
            }
        });
        w.equal(got.stream().sorted().toList(), sent.stream().sorted().toList(), "what was received, and sent");
    }

    static void receiversAreServedInTheOrderOfArrivalAndTheCancelledPassedOver(World w) {
        MemoryObjectStream<Integer> stream = w.stream(w.pick(2));
        List<TaskHandle<?>> handles = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                handles.add(w.go(group, "receiver" + i, () -> {
                    int item = stream.receiver().receive();
                    got.add(number);
                    w.equal(expected.get(item), number, "who got item " + item);
                }));
                World.settle();
            }
            for (int i = 0; i < 5; i++) {
                if (w.flip()) {
                    handles.get(i).cancel();
                } else {
                    expected.add(i);
                }
            }
            w.waiting(stream.sender().statistics().tasksWaitingReceive(), expected.size(), 5);
            for (int i = 0; i < expected.size(); i++) {
                stream.sender().sendNow(i);
            }
        });
        w.equal(got.stream().sorted().toList(), expected, "who was served");
    }

    static void sendersAreServedInTheOrderOfArrivalAndTheCancelledPassedOver(World w) {
        MemoryObjectStream<Integer> stream = w.stream(1);
        stream.sender().sendNow(-1);
        List<TaskHandle<?>> handles = new ArrayList<>();
        List<Integer> expected = new ArrayList<>(List.of(-1));
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int item = i;
                handles.add(w.go(group, "sender" + i, () -> stream.sender().send(item)));
                World.settle();
            }
            for (int i = 0; i < 5; i++) {
                if (w.flip()) {
                    handles.get(i).cancel();
                } else {
                    expected.add(i);
                }
            }
            w.waiting(stream.sender().statistics().tasksWaitingSend(), expected.size() - 1, 5);
            w.expectThrown(WouldBlockException.class, () -> {
                stream.sender().sendNow(9);
                if (expected.size() == 1) {
                    got.add(stream.receiver().receiveNow());
                }
            });
            for (int i = 0; i < expected.size(); i++) {
                got.add(stream.receiver().receiveNow());
            }
        });
        w.equal(got, expected, "the items");
    }

    static void aFullBufferIsNotOvertaken(World w) {
        MemoryObjectStream<Integer> stream = w.stream(2);
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int item = i;
                w.go(group, "sender" + i, () -> stream.sender().send(item));
                World.settle();
            }
            var now = stream.sender().statistics();
            w.equal(
                    List.of(now.currentBufferUsed(), now.tasksWaitingSend()),
                    List.of(2, 2),
                    "in the buffer, and waiting");
            got.add(stream.receiver().receiveNow());
            now = stream.sender().statistics();
            w.equal(
                    List.of(now.currentBufferUsed(), now.tasksWaitingSend()),
                    List.of(2, 1),
                    "in the buffer, and waiting");
            w.expectThrown(WouldBlockException.class, () -> stream.sender().sendNow(9));
            for (int i = 0; i < 3; i++) {
                got.add(stream.receiver().receiveNow());
            }
        });
        w.equal(got, upTo(4), "the items");
    }

    static void closingWhileCopiesSendEndsTheStreamAfterTheLast(World w) {
        MemoryObjectStream<Integer> stream = w.stream(anyBuffer(w));
        int[] sent = {0};
        int[] got = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                var copy = stream.sender().copy();
                w.go(group, "sender" + i, () -> {
                    try (copy) {
                        for (int n = w.pick(4); n > 0; n--) {
                            copy.send(n);
                            sent[0]++;
                        }
                        AnyIO.sleep(w.upTo(2));
                    }
                    w.expectThrown(ClosedResourceException.class, () -> copy.sendNow(1));
                    copy.close();
                });
            }
            stream.sender().close();
            w.expectThrown(ClosedResourceException.class, () -> stream.sender().copy());
            for (int ignored : stream.receiver()) {
                w.note("received " + ignored);
                got[0]++;
            }
            w.equal(stream.receiver().statistics().openSendStreams(), 0, "open send streams");
            w.expectThrown(EndOfStreamException.class, () -> stream.receiver().receive());
            w.expectThrown(EndOfStreamException.class, () -> stream.receiver().receiveNow());
        });
        w.equal(got[0], sent[0], "items");
    }

    static void closingTheLastReceiverBreaksAllSenders(World w) {
        MemoryObjectStream<Integer> stream = w.stream(1);
        int[] broken = {0};
        TaskGroup.run(group -> {
            var copy = stream.receiver().copy();
            stream.sender().sendNow(0);
            for (int i = 0; i < 3; i++) {
                w.go(group, "sender" + i, () -> {
                    try {
                        stream.sender().send(1);
                    } catch (BrokenResourceException expected) {
                        broken[0]++;
                    }
                });
            }
            World.settle();
            stream.receiver().close();
            stream.receiver().close();
            World.settle();
            w.equal(broken[0], 0, "broken while one receive stream is open");
            w.expectThrown(
                    ClosedResourceException.class, () -> stream.receiver().receiveNow());
            w.expectThrown(
                    ClosedResourceException.class, () -> stream.receiver().copy());
            copy.close();
            w.expectThrown(BrokenResourceException.class, () -> stream.sender().sendNow(2));
        });
        w.equal(broken[0], 3, "broken senders");
        w.equal(stream.sender().statistics().openReceiveStreams(), 0, "open receive streams");
    }

    static void closingTheLastSenderEndsAllReceivers(World w) {
        MemoryObjectStream<Integer> stream = w.stream(w.pick(3));
        int[] ended = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                handles.add(w.go(group, "receiver" + i, () -> {
                    try {
                        stream.receiver().receive();
                    } catch (EndOfStreamException end) {
                        ended[0]++;
                    }
                }));
            }
            World.settle();
            handles.get(w.pick(4)).cancel();
            stream.sender().close();
        });
        w.equal(ended[0], 3, "receivers that saw the end");
    }

    static void whatWasSentBeforeTheEndIsStillReceived(World w) {
        MemoryObjectStream<Integer> stream = w.stream(2);
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int item = i;
                w.go(group, "sender" + i, () -> stream.sender().send(item));
                World.settle();
            }
            stream.sender().close();
            for (int item : stream.receiver()) {
                got.add(item);
                w.dawdle(1);
            }
        });
        w.equal(got, upTo(4), "the items");
    }

    static void aReceiverThatFailsBreaksThePipeAndItsFailureComesOut(World w) {
        MemoryObjectStream<Integer> stream = w.stream(w.pick(2));
        boolean[] sawIt = {false};
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    w.go(group, "sender", () -> {
                        try (var send = stream.sender()) {
                            for (int i = 0; i < 100; i++) {
                                send.send(i);
                            }
                        } catch (BrokenResourceException | Cancelled expected) {
                            sawIt[0] = true;
                        }
                    });
                    w.go(group, "receiver", () -> {
                        try (var receive = stream.receiver()) {
                            receive.receive();
                            throw new IllegalArgumentException("on purpose");
                        }
                    });
                }));
        w.expect(sawIt[0], "the sender went on");
        w.equal(GroupScenarios.shape(failures), "[on purpose]", "what came out");
    }

    static void nullIsAnItem(World w) {
        MemoryObjectStream<Object> stream = w.stream(w.pick(2));
        TaskGroup.run(group -> {
            w.go(group, "sender", () -> {
                stream.sender().send(null);
                stream.sender().close();
            });
            w.expect(stream.receiver().receive() == null, "the item is not null");
            w.expectThrown(EndOfStreamException.class, () -> stream.receiver().receive());
        });
    }

    static void aRendezvousMeetsOncePerItem(World w) {
        MemoryObjectStream<Integer> stream = w.stream(0);
        int[] sent = {0};
        int[] got = {0};
        TaskGroup.run(group -> {
            w.go(group, "sender", () -> {
                for (int i = 0; i < 10; i++) {
                    stream.sender().send(i);
                    sent[0]++;
                    w.expect(sent[0] - got[0] <= 1, "the sender is ahead by more than the item in hand");
                }
                stream.sender().close();
            });
            for (int item : stream.receiver()) {
                w.equal(item, got[0], "the item");
                got[0]++;
                w.dawdle(2);
            }
        });
        w.equal(got[0], 10, "items");
    }

    static void statisticsAreExactInEachPhase(World w) {
        MemoryObjectStream<Integer> stream = w.stream(1);
        var copy = stream.sender().copy();
        TaskGroup.run(group -> {
            w.go(group, "r", () -> stream.receiver().receive());
            World.settle();
            var now = stream.receiver().statistics();
            w.equal(
                    List.of(
                            now.openSendStreams(),
                            now.openReceiveStreams(),
                            now.tasksWaitingReceive(),
                            now.maxBufferSize()),
                    List.of(2, 1, 1, 1),
                    "the statistics");
            stream.sender().sendNow(1);
            w.equal(stream.receiver().statistics().tasksWaitingReceive(), 0, "who waits right after the hand-over");
            w.equal(stream.receiver().statistics().currentBufferUsed(), 0, "in the buffer right after the hand-over");
            copy.close();
            w.equal(stream.receiver().statistics().openSendStreams(), 1, "open send streams");
        });
    }

    static void aBigBufferKeepsItsOrderOverManyRounds(World w) {
        MemoryObjectStream<Integer> stream = w.stream(MemoryObjectStream.UNLIMITED);
        int in = 0;
        int out = 0;
        for (int round = 0; round < 12; round++) {
            for (int n = w.pick(60); n > 0; n--) {
                stream.sender().sendNow(in++);
            }
            for (int n = w.pick(60); n > 0 && out < in; n--) {
                w.equal(stream.receiver().receiveNow(), out++, "the item");
            }
            w.equal(stream.sender().statistics().currentBufferUsed(), in - out, "in the buffer");
        }
        while (out < in) {
            w.equal(stream.receiver().receive(), out++, "the item");
        }
    }

    static void theGroupOfALoopOverAStreamIsCancelled(World w) {
        MemoryObjectStream<Integer> stream = w.stream(0);
        int[] got = {0};
        TaskGroup.run(group -> {
            w.go(group, "sender", () -> {
                while (true) {
                    stream.sender().send(1);
                    AnyIO.sleep(World.ms(1));
                }
            });
            w.go(group, "receiver", () -> {
                for (int item : stream.receiver()) {
                    got[0] += item;
                }
            });
            AnyIO.sleep(World.ms(5));
            group.cancel();
        });
        w.expect(got[0] >= 5 && got[0] <= 6, got[0] + " items in five milliseconds");
    }
}
