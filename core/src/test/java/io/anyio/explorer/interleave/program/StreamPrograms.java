package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import java.util.ArrayList;
import java.util.List;

/** Memory object streams: every item that was taken arrives once, in order, whoever is cancelled or closed. */
final class StreamPrograms {
    private StreamPrograms() {}

    static void rendezvousInOrder(Stage stage) {
        transfer(stage, MemoryObjectStream.rendezvous());
    }

    static void smallBufferInOrder(Stage stage) {
        transfer(stage, MemoryObjectStream.create(1));
    }

    private static void transfer(Stage stage, MemoryObjectStream<String> stream) {
        List<String> received = new ArrayList<>();
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "receiver"), () -> {
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

    static void twoAndTwo(Stage stage) {
        var stream = MemoryObjectStream.<String>create(1);
        List<String> received = new ArrayList<>();
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                String mine = i == 0 ? "a" : "b";
                group.startSoon(stage.on(i, "sender " + mine), () -> {
                    stream.sender().send(mine + 1);
                    stream.sender().send(mine + 2);
                });
                group.startSoon(stage.on(i, "receiver " + i), () -> {
                    received.add(stream.receiver().receive());
                    received.add(stream.receiver().receive());
                });
            }
        }));
        check(received.size() == 4, "four items were sent, and " + received + " received");
        check(List.copyOf(received).stream().distinct().count() == 4, "each arrives once: " + received);
    }

    static void itemIsNotLostOnACancelledReceiver(Stage stage) {
        var stream = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "sender"), () -> stream.sender().send("x"));
            CancelScope.open(scope -> {
                stage.thread("canceller", scope::cancel);
                received.add(stream.receiver().receive());
            });
            if (received.isEmpty()) {
                received.add(stream.receiver().receive());
            }
        }));
        check(received.equals(List.of("x")), "the item arrives once: " + received);
    }

    static void itemSentByAThreadArrives(Stage stage) {
        var stream = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        boolean[] sent = new boolean[1];
        stage.run(() -> {
            CancelScope.open(scope -> {
                stage.thread("canceller", scope::cancel);
                stage.thread("sender", () -> {
                    try {
                        stage.until(
                                () -> stream.sender().statistics().tasksWaitingReceive() > 0 || scope.cancelCalled());
                        stream.sender().sendNow("x");
                        sent[0] = true;
                    } catch (WouldBlockException e) {
                        // nobody waits
                    }
                });
                received.add(stream.receiver().receive());
            });
        });
        check(sent[0] == !received.isEmpty(), "sendNow told " + sent[0] + ", and " + received + " was received");
    }

    static void itemTakenByAThreadWasSent(Stage stage) {
        var stream = MemoryObjectStream.<String>rendezvous();
        stage.run(() -> {
            stage.thread("receiver", () -> {
                stage.until(() -> stream.receiver().statistics().tasksWaitingSend() > 0);
                check(stream.receiver().receiveNow().equals("x"), "the item of a sender that waits can be received");
                stream.receiver().close();
            });
            stream.sender().send("x"); // must not throw
        });
    }

    static void cancelledSenderKeepsItsItem(Stage stage) {
        var stream = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        boolean[] sent = new boolean[1];
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "receiver"), () -> {
                for (String item : stream.receiver()) {
                    received.add(item);
                }
            });
            CancelScope.open(scope -> {
                stage.thread("canceller", scope::cancel);
                stream.sender().send("x");
                sent[0] = true;
            });
            stream.sender().close();
        }));
        check(sent[0] == !received.isEmpty(), "send returned " + sent[0] + ", and " + received + " was received");
    }

    static void closedReceiverAgainstSender(Stage stage) {
        var stream = MemoryObjectStream.<String>rendezvous();
        int[] sent = new int[1];
        int[] received = new int[1];
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "sender"), () -> {
                try {
                    stream.sender().send("a");
                    sent[0]++;
                    stream.sender().send("b");
                    sent[0]++;
                } catch (BrokenResourceException e) {
                    // nobody receives any more
                }
            });
            try (var receive = stream.receiver()) {
                receive.receive();
                received[0]++;
            }
        }));
        check(sent[0] == 1 && received[0] == 1, "sent " + sent[0] + ", received " + received[0]);
    }

    static void endAfterTheLastCopyIsClosed(Stage stage) {
        var stream = MemoryObjectStream.<String>create(2);
        var copy = stream.sender().copy();
        List<String> received = new ArrayList<>();
        stage.thread("first", () -> {
            stream.sender().sendNow("a");
            stream.sender().close();
        });
        stage.thread("second", () -> {
            copy.sendNow("b");
            copy.close();
        });
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                group.startSoon(stage.on(i, "receiver " + i), () -> {
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
