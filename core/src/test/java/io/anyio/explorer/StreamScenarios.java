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

    private static int anyBuffer(ScenarioContext ctx) {
        return List.of(0, 0, 1, 2, 40, MemoryObjectStream.UNLIMITED).get(ctx.pick(6));
    }

    static void oneToOneKeepsTheOrder(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(anyBuffer(ctx));
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            ctx.go(group, "receiver", () -> {
                for (int item : stream.receiver()) {
                    got.add(item);
                    ctx.dawdle(1);
                }
            });
            try (var send = stream.sender()) {
                for (int i = 0; i < 20; i++) {
                    send.send(i);
                    ctx.dawdle(1);
                }
            }
        });
        ctx.equal(got, upTo(20), "the items");
    }

    static void manyToManyLosesAndDoublesNothing(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(anyBuffer(ctx));
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                var mine = stream.sender().copy();
                ctx.go(group, "sender" + i, () -> {
                    try (mine) {
                        for (int n = 0; n < 5; n++) {
                            mine.send(number * 5 + n);
                            ctx.dawdle(1);
                        }
                    }
                });
                var theirs = stream.receiver().copy();
                ctx.go(group, "receiver" + i, () -> {
                    int[] last = {-1, -1, -1};
                    try (theirs) {
                        for (int item : theirs) {
                            got.add(item);
                            ctx.expect(item > last[item / 5], item + " of one sender came after " + last[item / 5]);
                            last[item / 5] = item;
                        }
                    }
                });
            }
            stream.sender().close();
            stream.receiver().close();
        });
        ctx.equal(got.stream().sorted().toList(), upTo(15), "the items");
    }

    static void aChainOfStreamsPassesEverythingOn(ScenarioContext ctx) {
        List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(ctx.stream(ctx.pick(3)));
        }
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                var from = streams.get(i).receiver();
                var to = streams.get(i + 1).sender();
                ctx.go(group, "link" + i, () -> {
                    try (from;
                            to) {
                        for (int item : from) {
                            to.send(item + 1);
                        }
                    }
                });
            }
            ctx.go(group, "source", () -> {
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
        ctx.equal(got, upTo(6), "the items");
    }

    static void aReceiverCancelledAtTheArrivalReturnsTheItemOrLeavesIt(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(1);
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            var handle = ctx.go(group, "receiver", () -> {
                got.add(stream.receiver().receive());
                AnyIO.checkpoint();
            });
            ctx.dawdle(3);
            boolean sendFirst = ctx.flip();
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
                ctx.expectThrown(
                        WouldBlockException.class, () -> stream.receiver().receiveNow());
            }
        });
        ctx.equal(got, List.of(1), "the item");
    }

    static void aSenderCancelledAtTheDepartureHasSentOrNot(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(0);
        boolean[] sent = {false};
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            var handle = ctx.go(group, "sender", () -> {
                stream.sender().send(1);
                sent[0] = true;
                AnyIO.checkpoint();
            });
            ScenarioContext.settle();
            boolean receiveFirst = ctx.flip();
            if (!receiveFirst) {
                handle.cancel();
            }
            try {
                got.add(stream.receiver().receiveNow());
            } catch (WouldBlockException nothing) {
                ctx.expect(!receiveFirst, "the item of a waiting sender was not received");
            }
            handle.cancel();
            handle.await();
            ctx.equal(sent[0], receiveFirst, "whether it was sent");
        });
        ctx.equal(got.size(), sent[0] ? 1 : 0, "items received");
    }

    static void inACancelledScopeNothingIsSentOrTaken(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(2);
        stream.sender().sendNow(1);
        CancelScope.open(scope -> {
            scope.cancel();
            ctx.expectCancelled("receive", () -> stream.receiver().receive());
            ctx.expectCancelled("send", () -> stream.sender().send(2));
        });
        ctx.equal(stream.sender().statistics().currentBufferUsed(), 1, "items in the buffer");
        ctx.equal(stream.receiver().receiveNow(), 1, "the item");
    }

    static void impatientReceiversAndSendersLoseNothing(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(ctx.pick(3));
        List<Integer> got = new ArrayList<>();
        List<Integer> sent = new ArrayList<>();
        TaskGroup.run(group -> {
            int[] senders = {3};
            for (int i = 0; i < 3; i++) {
                int number = i;
                ctx.go(group, "sender" + i, () -> {
                    for (int n = 0; n < 4; n++) {
                        int item = number * 4 + n;
                        Timeouts.moveOnAfter(ScenarioContext.ms(1 + ctx.pick(3)), () -> {
                            stream.sender().send(item);
                            sent.add(item);
                        });
                        AnyIO.sleep(ctx.upTo(2));
                    }
                    if (--senders[0] == 0) {
                        stream.sender().close();
                    }
                });
            }
            for (int i = 0; i < 2; i++) {
                ctx.go(group, "receiver" + i, () -> {
                    boolean[] open = {true};
                    while (open[0]) {
                        Timeouts.moveOnAfter(ScenarioContext.ms(1 + ctx.pick(2)), () -> {
                            try {
                                got.add(stream.receiver().receive());
                            } catch (EndOfStreamException end) {
                                open[0] = false;
                            }
                        });
                        AnyIO.sleep(ctx.upTo(3));
                    }
                });
            }
        });
        ctx.equal(got.stream().sorted().toList(), sent.stream().sorted().toList(), "what was received, and sent");
    }

    static void receiversAreServedInTheOrderOfArrivalAndTheCancelledPassedOver(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(ctx.pick(2));
        List<TaskHandle<?>> handles = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                handles.add(ctx.go(group, "receiver" + i, () -> {
                    int item = stream.receiver().receive();
                    got.add(number);
                    ctx.equal(expected.get(item), number, "who got item " + item);
                }));
                ScenarioContext.settle();
            }
            for (int i = 0; i < 5; i++) {
                if (ctx.flip()) {
                    handles.get(i).cancel();
                } else {
                    expected.add(i);
                }
            }
            ctx.waiting(stream.sender().statistics().tasksWaitingReceive(), expected.size(), 5);
            for (int i = 0; i < expected.size(); i++) {
                stream.sender().sendNow(i);
            }
        });
        ctx.equal(got.stream().sorted().toList(), expected, "who was served");
    }

    static void sendersAreServedInTheOrderOfArrivalAndTheCancelledPassedOver(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(1);
        stream.sender().sendNow(-1);
        List<TaskHandle<?>> handles = new ArrayList<>();
        List<Integer> expected = new ArrayList<>(List.of(-1));
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int item = i;
                handles.add(ctx.go(group, "sender" + i, () -> stream.sender().send(item)));
                ScenarioContext.settle();
            }
            for (int i = 0; i < 5; i++) {
                if (ctx.flip()) {
                    handles.get(i).cancel();
                } else {
                    expected.add(i);
                }
            }
            ctx.waiting(stream.sender().statistics().tasksWaitingSend(), expected.size() - 1, 5);
            ctx.expectThrown(WouldBlockException.class, () -> {
                stream.sender().sendNow(9);
                if (expected.size() == 1) {
                    got.add(stream.receiver().receiveNow());
                }
            });
            for (int i = 0; i < expected.size(); i++) {
                got.add(stream.receiver().receiveNow());
            }
        });
        ctx.equal(got, expected, "the items");
    }

    static void aFullBufferIsNotOvertaken(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(2);
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int item = i;
                ctx.go(group, "sender" + i, () -> stream.sender().send(item));
                ScenarioContext.settle();
            }
            var now = stream.sender().statistics();
            ctx.equal(
                    List.of(now.currentBufferUsed(), now.tasksWaitingSend()),
                    List.of(2, 2),
                    "in the buffer, and waiting");
            got.add(stream.receiver().receiveNow());
            now = stream.sender().statistics();
            ctx.equal(
                    List.of(now.currentBufferUsed(), now.tasksWaitingSend()),
                    List.of(2, 1),
                    "in the buffer, and waiting");
            ctx.expectThrown(WouldBlockException.class, () -> stream.sender().sendNow(9));
            for (int i = 0; i < 3; i++) {
                got.add(stream.receiver().receiveNow());
            }
        });
        ctx.equal(got, upTo(4), "the items");
    }

    static void closingWhileCopiesSendEndsTheStreamAfterTheLast(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(anyBuffer(ctx));
        int[] sent = {0};
        int[] got = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                var copy = stream.sender().copy();
                ctx.go(group, "sender" + i, () -> {
                    try (copy) {
                        for (int n = ctx.pick(4); n > 0; n--) {
                            copy.send(n);
                            sent[0]++;
                        }
                        AnyIO.sleep(ctx.upTo(2));
                    }
                    ctx.expectThrown(ClosedResourceException.class, () -> copy.sendNow(1));
                    copy.close();
                });
            }
            stream.sender().close();
            ctx.expectThrown(
                    ClosedResourceException.class, () -> stream.sender().copy());
            for (int ignored : stream.receiver()) {
                ctx.note("received " + ignored);
                got[0]++;
            }
            ctx.equal(stream.receiver().statistics().openSendStreams(), 0, "open send streams");
            ctx.expectThrown(EndOfStreamException.class, () -> stream.receiver().receive());
            ctx.expectThrown(EndOfStreamException.class, () -> stream.receiver().receiveNow());
        });
        ctx.equal(got[0], sent[0], "items");
    }

    static void closingTheLastReceiverBreaksAllSenders(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(1);
        int[] broken = {0};
        TaskGroup.run(group -> {
            var copy = stream.receiver().copy();
            stream.sender().sendNow(0);
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "sender" + i, () -> {
                    try {
                        stream.sender().send(1);
                    } catch (BrokenResourceException expected) {
                        broken[0]++;
                    }
                });
            }
            ScenarioContext.settle();
            stream.receiver().close();
            stream.receiver().close();
            ScenarioContext.settle();
            ctx.equal(broken[0], 0, "broken while one receive stream is open");
            ctx.expectThrown(
                    ClosedResourceException.class, () -> stream.receiver().receiveNow());
            ctx.expectThrown(
                    ClosedResourceException.class, () -> stream.receiver().copy());
            copy.close();
            ctx.expectThrown(
                    BrokenResourceException.class, () -> stream.sender().sendNow(2));
        });
        ctx.equal(broken[0], 3, "broken senders");
        ctx.equal(stream.sender().statistics().openReceiveStreams(), 0, "open receive streams");
    }

    static void closingTheLastSenderEndsAllReceivers(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(ctx.pick(3));
        int[] ended = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                handles.add(ctx.go(group, "receiver" + i, () -> {
                    try {
                        stream.receiver().receive();
                    } catch (EndOfStreamException end) {
                        ended[0]++;
                    }
                }));
            }
            ScenarioContext.settle();
            handles.get(ctx.pick(4)).cancel();
            stream.sender().close();
        });
        ctx.equal(ended[0], 3, "receivers that saw the end");
    }

    static void whatWasSentBeforeTheEndIsStillReceived(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(2);
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int item = i;
                ctx.go(group, "sender" + i, () -> stream.sender().send(item));
                ScenarioContext.settle();
            }
            stream.sender().close();
            for (int item : stream.receiver()) {
                got.add(item);
                ctx.dawdle(1);
            }
        });
        ctx.equal(got, upTo(4), "the items");
    }

    static void aReceiverThatFailsBreaksThePipeAndItsFailureComesOut(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(ctx.pick(2));
        boolean[] sawIt = {false};
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    ctx.go(group, "sender", () -> {
                        try (var send = stream.sender()) {
                            for (int i = 0; i < 100; i++) {
                                send.send(i);
                            }
                        } catch (BrokenResourceException | Cancelled expected) {
                            sawIt[0] = true;
                        }
                    });
                    ctx.go(group, "receiver", () -> {
                        try (var receive = stream.receiver()) {
                            receive.receive();
                            throw new IllegalArgumentException("on purpose");
                        }
                    });
                }));
        ctx.expect(sawIt[0], "the sender went on");
        ctx.equal(GroupScenarios.shape(failures), "[on purpose]", "what came out");
    }

    static void nullIsAnItem(ScenarioContext ctx) {
        MemoryObjectStream<Object> stream = ctx.stream(ctx.pick(2));
        TaskGroup.run(group -> {
            ctx.go(group, "sender", () -> {
                stream.sender().send(null);
                stream.sender().close();
            });
            ctx.expect(stream.receiver().receive() == null, "the item is not null");
            ctx.expectThrown(EndOfStreamException.class, () -> stream.receiver().receive());
        });
    }

    static void aRendezvousMeetsOncePerItem(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(0);
        int[] sent = {0};
        int[] got = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "sender", () -> {
                for (int i = 0; i < 10; i++) {
                    stream.sender().send(i);
                    sent[0]++;
                    ctx.expect(sent[0] - got[0] <= 1, "the sender is ahead by more than the item in hand");
                }
                stream.sender().close();
            });
            for (int item : stream.receiver()) {
                ctx.equal(item, got[0], "the item");
                got[0]++;
                ctx.dawdle(2);
            }
        });
        ctx.equal(got[0], 10, "items");
    }

    static void statisticsAreExactInEachPhase(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(1);
        var copy = stream.sender().copy();
        TaskGroup.run(group -> {
            ctx.go(group, "r", () -> stream.receiver().receive());
            ScenarioContext.settle();
            var now = stream.receiver().statistics();
            ctx.equal(
                    List.of(
                            now.openSendStreams(),
                            now.openReceiveStreams(),
                            now.tasksWaitingReceive(),
                            now.maxBufferSize()),
                    List.of(2, 1, 1, 1),
                    "the statistics");
            stream.sender().sendNow(1);
            ctx.equal(stream.receiver().statistics().tasksWaitingReceive(), 0, "who waits right after the hand-over");
            ctx.equal(stream.receiver().statistics().currentBufferUsed(), 0, "in the buffer right after the hand-over");
            copy.close();
            ctx.equal(stream.receiver().statistics().openSendStreams(), 1, "open send streams");
        });
    }

    static void aBigBufferKeepsItsOrderOverManyRounds(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(MemoryObjectStream.UNLIMITED);
        int in = 0;
        int out = 0;
        for (int round = 0; round < 12; round++) {
            for (int n = ctx.pick(60); n > 0; n--) {
                stream.sender().sendNow(in++);
            }
            for (int n = ctx.pick(60); n > 0 && out < in; n--) {
                ctx.equal(stream.receiver().receiveNow(), out++, "the item");
            }
            ctx.equal(stream.sender().statistics().currentBufferUsed(), in - out, "in the buffer");
        }
        while (out < in) {
            ctx.equal(stream.receiver().receive(), out++, "the item");
        }
    }

    static void theGroupOfALoopOverAStreamIsCancelled(ScenarioContext ctx) {
        MemoryObjectStream<Integer> stream = ctx.stream(0);
        int[] got = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "sender", () -> {
                while (true) {
                    stream.sender().send(1);
                    AnyIO.sleep(ScenarioContext.ms(1));
                }
            });
            ctx.go(group, "receiver", () -> {
                for (int item : stream.receiver()) {
                    got[0] += item;
                }
            });
            AnyIO.sleep(ScenarioContext.ms(5));
            group.cancel();
        });
        ctx.expect(got[0] >= 5 && got[0] <= 6, got[0] + " items in five milliseconds");
    }
}
