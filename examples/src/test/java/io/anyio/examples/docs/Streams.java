package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryStreamStatistics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The code of docs/streams.md. The test of the docs compares it with the page, runs it, and compares what it prints.
 */
public final class Streams {
    private Streams() {}

    private static <X extends Exception> void inATask(Block<X> body) throws X {
        AnyIO.run(body, "netty");
    }

    /** One task sends, one receives. */
    public static void memory() {
        inATask(() -> {
            // begin memory
            var lines = MemoryObjectStream.<String>create(16);
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    try (var receiver = lines.receiver()) {
                        for (String line : receiver) {
                            System.out.println("got " + line);
                        }
                        System.out.println("that was all");
                    }
                });
                try (var sender = lines.sender()) {
                    sender.send("one");
                    sender.send("two");
                }
            });
            // end memory
        });
    }

    /** A sender without a buffer waits for a receiver. */
    public static void rendezvous() {
        inATask(() -> {
            // begin rendezvous
            var stream = MemoryObjectStream.<String>rendezvous();
            CancelScope scope = Timeouts.moveOnAfter(
                    Duration.ofMillis(1), () -> stream.sender().send("hello"));
            System.out.println("given up: " + scope.cancelledCaught());
            System.out.println("in the buffer: " + stream.sender().statistics().currentBufferUsed());
            // end rendezvous
        });
    }

    /** What can be done at once. */
    public static void now() {
        inATask(() -> {
            // begin now
            var stream = MemoryObjectStream.<String>create(1);
            stream.sender().sendNow("first");
            try {
                stream.sender().sendNow("second");
            } catch (WouldBlockException e) {
                System.out.println(e.getMessage());
            }
            System.out.println(stream.receiver().receiveNow());
            // end now
        });
    }

    /** From a thread that is no task. */
    public static void fromAThread() {
        inATask(() -> {
            // begin from-a-thread
            var events = MemoryObjectStream.<String>unlimited();
            Thread.ofPlatform().start(() -> {
                try (var sender = events.sender()) {
                    sender.sendNow("pressed");
                    sender.sendNow("released");
                }
            });
            for (String event : events.receiver()) {
                System.out.println(event);
            }
            // end from-a-thread
        });
    }

    /** An end for each task. */
    public static void copies() {
        inATask(() -> {
            // begin copies
            var numbers = MemoryObjectStream.<Integer>create(4);
            TaskGroup.run(group -> {
                try (var sender = numbers.sender()) { // closes the original, too
                    for (int producer = 1; producer <= 2; producer++) {
                        int first = producer * 10;
                        var copy = sender.copy();
                        group.startSoon(() -> {
                            try (copy) {
                                copy.send(first);
                                copy.send(first + 1);
                            }
                        });
                    }
                }
                int sum = 0;
                for (int number : numbers.receiver()) {
                    sum += number;
                }
                System.out.println("the sum is " + sum);
            });
            // end copies
        });
    }

    /** The original is left open. */
    public static void trap() {
        inATask(() -> {
            // begin trap
            var numbers = MemoryObjectStream.<Integer>create(4);
            TaskGroup.run(group -> {
                var copy = numbers.sender().copy();
                group.startSoon(() -> {
                    try (copy) {
                        copy.send(1);
                    }
                });
                group.startSoon(() -> {
                    for (int number : numbers.receiver()) {
                        System.out.println("got " + number);
                    }
                    System.out.println("never printed");
                });
                AnyIO.awaitAllTasksBlocked();
                System.out.println(
                        "still open to send: " + numbers.receiver().statistics().openSendStreams());
                group.cancel();
            });
            // end trap
        });
    }

    /** What the other side sees. */
    public static void closing() {
        inATask(() -> {
            // begin closing
            var first = MemoryObjectStream.<String>create(2);
            first.sender().send("the last word");
            first.sender().close();
            System.out.println(first.receiver().receive());
            try {
                first.receiver().receive();
            } catch (EndOfStreamException e) {
                System.out.println(e.getMessage());
            }

            var second = MemoryObjectStream.<String>create(2);
            second.receiver().close();
            try {
                second.sender().send("hello?");
            } catch (BrokenResourceException e) {
                System.out.println(e.getMessage());
            }
            // end closing
        });
    }

    /** Items that are released although no task receives them. */
    public static void disposing() {
        inATask(() -> {
            // begin disposing
            var buffers = MemoryObjectStream.<ByteBuf>create(16, ReferenceCountUtil::release);
            ByteBuf bytes = Unpooled.copiedBuffer("never read", StandardCharsets.UTF_8);
            buffers.sender().send(bytes); // from now on they belong to the stream
            buffers.receiver().close();
            System.out.println("references: " + bytes.refCnt());
            // end disposing
        });
    }

    /** The buffer and the waiting tasks. */
    public static void statistics() {
        inATask(() -> {
            // begin statistics
            var stream = MemoryObjectStream.<String>create(1);
            TaskGroup.run(group -> {
                group.startSoon(() -> stream.sender().send("first"));
                group.startSoon(() -> stream.sender().send("second"));
                AnyIO.awaitAllTasksBlocked();
                MemoryStreamStatistics now = stream.receiver().statistics();
                System.out.println(
                        "in the buffer: " + now.currentBufferUsed() + ", waiting to send: " + now.tasksWaitingSend());
                stream.receiver().receive();
                stream.receiver().receive();
            });
            // end statistics
        });
    }
}
