package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import java.util.ArrayList;
import java.util.List;

/** Memory object streams: every accepted item arrives once, in order, despite cancellations and closing. */
final class StreamPrograms {
    private StreamPrograms() {}

    static void rendezvousInOrder(ProgramContext ctx) {
        transfer(ctx, MemoryObjectStream.rendezvous());
    }

    static void smallBufferInOrder(ProgramContext ctx) {
        transfer(ctx, MemoryObjectStream.create(1));
    }

    private static void transfer(ProgramContext ctx, MemoryObjectStream<String> stream) {
        List<String> received = new ArrayList<>();
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "receiver"), () -> {
                for (String item : stream.receiver()) {
                    received.add(item);
                }
            });
            for (String item : List.of("a", "b", "c")) {
                stream.sender().send(item);
            }
            stream.sender().close();
        }));
        check(received.equals(List.of("a", "b", "c")), "sent a, b, c; received " + received);
    }

    static void twoAndTwo(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>create(1);
        List<String> received = new ArrayList<>();
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                String mine = i == 0 ? "a" : "b";
                group.startSoon(ctx.on(i, "sender " + mine), () -> {
                    stream.sender().send(mine + 1);
                    stream.sender().send(mine + 2);
                });
                group.startSoon(ctx.on(i, "receiver " + i), () -> {
                    received.add(stream.receiver().receive());
                    received.add(stream.receiver().receive());
                });
            }
        }));
        check(received.size() == 4, "four items were sent, and " + received + " received");
        check(List.copyOf(received).stream().distinct().count() == 4, "each arrives once: " + received);
    }

    static void itemIsNotLostOnACancelledReceiver(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "sender"), () -> stream.sender().send("x"));
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                received.add(stream.receiver().receive());
            });
            if (received.isEmpty()) {
                received.add(stream.receiver().receive());
            }
        }));
        check(received.equals(List.of("x")), "the item arrives once: " + received);
    }

    static void itemSentByAThreadArrives(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        boolean[] sent = new boolean[1];
        ctx.run(() -> {
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                ctx.thread("sender", () -> {
                    try {
                        ctx.until(() -> stream.sender().statistics().tasksWaitingReceive() > 0 || scope.cancelCalled());
                        stream.sender().sendNow("x");
                        sent[0] = true;
                    } catch (WouldBlockException e) {
                        // no task waits
                    }
                });
                received.add(stream.receiver().receive());
            });
        });
        check(sent[0] == !received.isEmpty(), "sendNow told " + sent[0] + ", and " + received + " was received");
    }

    static void itemTakenByAThreadWasSent(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>rendezvous();
        ctx.run(() -> {
            ctx.thread("receiver", () -> {
                ctx.until(() -> stream.receiver().statistics().tasksWaitingSend() > 0);
                check(stream.receiver().receiveNow().equals("x"), "the item of a sender that waits can be received");
                stream.receiver().close();
            });
            stream.sender().send("x"); // must not throw
        });
    }

    static void cancelledSenderKeepsItsItem(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        boolean[] sent = new boolean[1];
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "receiver"), () -> {
                for (String item : stream.receiver()) {
                    received.add(item);
                }
            });
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                stream.sender().send("x");
                sent[0] = true;
            });
            stream.sender().close();
        }));
        check(sent[0] == !received.isEmpty(), "send returned " + sent[0] + ", and " + received + " was received");
    }

    static void closedReceiverAgainstSender(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>rendezvous();
        int[] sent = new int[1];
        int[] received = new int[1];
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "sender"), () -> {
                try {
                    stream.sender().send("a");
                    sent[0]++;
                    stream.sender().send("b");
                    sent[0]++;
                } catch (BrokenResourceException e) {
                    // no receiver is left
                }
            });
            try (var receive = stream.receiver()) {
                receive.receive();
                received[0]++;
            }
        }));
        check(sent[0] == 1 && received[0] == 1, "sent " + sent[0] + ", received " + received[0]);
    }

    static void endAfterTheLastCopyIsClosed(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>create(2);
        var copy = stream.sender().copy();
        List<String> received = new ArrayList<>();
        ctx.thread("first", () -> {
            stream.sender().sendNow("a");
            stream.sender().close();
        });
        ctx.thread("second", () -> {
            copy.sendNow("b");
            copy.close();
        });
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                group.startSoon(ctx.on(i, "receiver " + i), () -> {
                    try {
                        while (true) {
                            received.add(stream.receiver().receive());
                        }
                    } catch (EndOfStreamException e) {
                        // both are closed
                    }
                });
            }
        }));
        check(received.size() == 2, "what was sent before the end is received: " + received);
    }
}
