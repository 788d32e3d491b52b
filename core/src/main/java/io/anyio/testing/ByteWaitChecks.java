package io.anyio.testing;

import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteReceiveStream;
import io.anyio.stream.ByteSendStream;
import io.anyio.stream.EndOfStreamException;
import io.anyio.thread.ToThread;
import java.nio.ByteBuffer;

/** The checks of {@link ByteStreamContract} for calls that wait or are cancelled. */
final class ByteWaitChecks {
    private ByteWaitChecks() {}

    static void addTo(PairChecks<? extends ByteSendStream, ? extends ByteReceiveStream> checks) {
        checks.add("closing ends a receive that waits", ByteWaitChecks::closeWhileReceiving);
        checks.add("only one task at a time may receive, and the first one continues", ByteWaitChecks::busy);
        checks.add("a cancelled receive takes nothing", ByteWaitChecks::cancelledReceive);
        checks.add("a receive that is cancelled at any moment loses nothing", ByteWaitChecks::cancelledAtAnyMoment);
        checks.add("receive in a cancelled scope takes nothing", ByteWaitChecks::receiveInCancelledScope);
        checks.add("send in a cancelled scope sends nothing", ByteWaitChecks::sendInCancelledScope);
        checks.add("outside of a task, send and receive are refused", ByteWaitChecks::outsideOfTask);
    }

    private static void closeWhileReceiving(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        receiver.close();
        receiving.failure(ClosedResourceException.class);
    }

    private static void busy(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        var reader = new TestBytes.Reader(receiver);
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        Class<BusyResourceException> busy = BusyResourceException.class;
        Expect.thrown(busy, "a second receive", () -> receiver.receive());
        Expect.thrown(busy, "a second receive(ByteBuffer)", () -> receiver.receive(ByteBuffer.allocate(1)));
        receiving.expectWaiting();
        group.startSoon(() -> sender.send(TestBytes.range(0, 5)));
        reader.accept(receiving.value());
        reader.receiveUntil(5);
    }

    private static void cancelledReceive(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        PendingCall.waiting(group, "receive", () -> receiver.receive()).cancel();
        ByteBuffer buffer = ByteBuffer.allocate(8);
        PendingCall.waiting(group, "receive(ByteBuffer)", () -> receiver.receive(buffer))
                .cancel();
        Expect.equal(0, buffer.position(), "the position of a buffer whose receive was cancelled");
        group.startSoon(() -> {
            sender.send(TestBytes.range(0, 100));
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(100);
    }

    private static void cancelledAtAnyMoment(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        int end = 6000;
        group.startSoon(() -> {
            for (int at = 0; at < end; at += 100) {
                sender.send(TestBytes.range(at, 100));
            }
            sender.close();
        });
        var reader = new TestBytes.Reader(receiver);
        boolean[] ended = new boolean[1];
        for (int round = 0; !ended[0]; round++) {
            PairChecks.pause(round);
            ByteBuffer buffer = ByteBuffer.allocate(150);
            boolean array = round % 2 == 0;
            PairChecks.cancelledAfter(round % 7, () -> {
                try {
                    if (array) {
                        reader.accept(receiver.receive(70));
                    } else {
                        receiver.receive(buffer);
                    }
                } catch (EndOfStreamException noMore) {
                    ended[0] = true;
                }
            });
            if (buffer.flip().hasRemaining()) {
                byte[] received = new byte[buffer.remaining()];
                buffer.get(received);
                reader.accept(received);
            }
        }
        Expect.equal((long) end, reader.position(), "the number of bytes received");
    }

    private static void receiveInCancelledScope(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> sender.send(TestBytes.range(0, 10)));
        var reader = new TestBytes.Reader(receiver);
        reader.receiveUntil(1); // the others are here too, if the stream reads ahead
        ByteBuffer buffer = ByteBuffer.allocate(4);
        Expect.cancelled("receive", () -> receiver.receive());
        Expect.cancelled("receive(ByteBuffer)", () -> receiver.receive(buffer));
        Expect.equal(0, buffer.position(), "the position of a buffer whose receive was cancelled");
        reader.receiveUntil(10);
    }

    private static void sendInCancelledScope(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        byte[] other = new byte[10];
        ByteBuffer buffer = ByteBuffer.wrap(other);
        Expect.cancelled("send", () -> sender.send(other));
        Expect.cancelled("send(ByteBuffer)", () -> sender.send(buffer));
        Expect.equal(0, buffer.position(), "the position of a buffer whose send was cancelled");
        Expect.cancelled("an empty send", () -> sender.send(new byte[0]));
        group.startSoon(() -> {
            sender.send(TestBytes.range(0, 10));
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(10);
    }

    private static void outsideOfTask(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        ToThread.run(() -> {
            Class<NoEventLoopException> noTask = NoEventLoopException.class;
            Expect.thrown(noTask, "send outside of a task", () -> sender.send(new byte[1]));
            Expect.thrown(noTask, "receive outside of a task", () -> receiver.receive());
            return true;
        });
        group.startSoon(() -> {
            sender.send(TestBytes.range(0, 1));
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(1);
    }
}
