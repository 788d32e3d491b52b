package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.resource.BusyResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.ObjectReceiveStream;
import io.anyio.stream.ObjectSendStream;
import io.anyio.thread.ToThread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The checks of {@link ObjectStreamContract} for items, and for calls that wait or are cancelled. */
final class ObjectTransferChecks<T> {
    private final IntFunction<T> items;

    ObjectTransferChecks(IntFunction<T> items) {
        this.items = items;
    }

    void addTo(PairChecks<? extends ObjectSendStream<T>, ? extends ObjectReceiveStream<T>> checks) {
        checks.add("items arrive in order, none lost and none twice", this::order);
        checks.add("a loop over the receiver gets all items, and ends at the end", this::loop);
        checks.add("a receive that waits gets the next item", this::waiting);
        checks.add("each item goes to one receiver, or a second receiver is refused", this::twoReceivers);
        checks.add("a cancelled receive takes nothing", this::cancelledReceive);
        checks.add("a receive that is cancelled at any moment loses nothing", this::cancelledAtAnyMoment);
        checks.add("receive in a cancelled scope takes nothing", this::receiveInCancelledScope);
        checks.add("send in a cancelled scope sends nothing", this::sendInCancelledScope);
        checks.add("outside of a task, send and receive are refused", this::outsideOfTask);
    }

    private void send(ObjectSendStream<T> sender, int from, int end) {
        for (int number = from; number < end; number++) {
            sender.send(items.apply(number));
        }
    }

    private void sendAndClose(ObjectSendStream<T> sender, int from, int end) {
        send(sender, from, end);
        sender.close();
    }

    /** Receives the items with these numbers. */
    private void receive(ObjectReceiveStream<T> receiver, int from, int end) {
        for (int number = from; number < end; number++) {
            Expect.equal(items.apply(number), next(receiver, number), "item number " + number);
        }
    }

    private static <T> T next(ObjectReceiveStream<T> receiver, int number) {
        try {
            return receiver.receive();
        } catch (EndOfStreamException early) {
            throw new AssertionError("Expected item number " + number + ", but the stream ended", early);
        }
    }

    private void receiveEnd(ObjectReceiveStream<T> receiver, int from, int end) {
        receive(receiver, from, end);
        for (int i = 0; i < 2; i++) {
            Expect.thrown(EndOfStreamException.class, "receive at the end of the stream", () -> receiver.receive());
        }
    }

    private void order(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        group.startSoon(() -> sendAndClose(sender, 0, 500));
        receiveEnd(receiver, 0, 500);
    }

    private void loop(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        group.startSoon(() -> sendAndClose(sender, 0, 10));
        List<T> received = new ArrayList<>();
        for (T item : receiver) {
            received.add(item);
        }
        List<T> expected = new ArrayList<>();
        for (int number = 0; number < 10; number++) {
            expected.add(items.apply(number));
        }
        Expect.equal(expected, received, "the items of the loop");
    }

    private void waiting(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        group.startSoon(() -> sendAndClose(sender, 0, 2));
        Expect.equal(items.apply(0), receiving.value(), "the item that a waiting receive gets");
        receiveEnd(receiver, 1, 2);
    }

    private void twoReceivers(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        var first = PendingCall.waiting(group, "receive", () -> receiver.receive());
        var second = PendingCall.started(group, "a second receive", () -> receiver.receive());
        AnyIO.awaitAllTasksBlocked();
        first.expectWaiting();
        group.startSoon(() -> sendAndClose(sender, 0, 2));
        List<T> received = new ArrayList<>(List.of(first.value()));
        if (second.outcome() == null) {
            received.add(second.value());
        } else {
            second.failure(BusyResourceException.class);
            received.add(receiver.receive());
        }
        Expect.that(
                received.contains(items.apply(0)) && received.contains(items.apply(1)),
                "Expected two receivers to get the two items that were sent, but they got " + received);
        receiveEnd(receiver, 2, 2);
    }

    private void cancelledReceive(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        PendingCall.waiting(group, "receive", () -> receiver.receive()).cancel();
        group.startSoon(() -> sendAndClose(sender, 0, 3));
        receiveEnd(receiver, 0, 3);
    }

    private void cancelledAtAnyMoment(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        group.startSoon(() -> sendAndClose(sender, 0, 50));
        boolean[] ended = new boolean[1];
        List<@Nullable T> received = new ArrayList<>();
        for (int round = 0; !ended[0]; round++) {
            PairChecks.pause(round);
            PairChecks.cancelledAfter(round % 6, () -> {
                try {
                    received.add(receiver.receive());
                } catch (EndOfStreamException noMore) {
                    ended[0] = true;
                }
            });
        }
        Expect.equal(50, received.size(), "the number of items received");
        for (int number = 0; number < 50; number++) {
            Expect.equal(items.apply(number), received.get(number), "item number " + number);
        }
    }

    private void receiveInCancelledScope(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        group.startSoon(() -> sendAndClose(sender, 0, 3));
        receive(receiver, 0, 1);
        Expect.cancelled("receive", () -> receiver.receive());
        receiveEnd(receiver, 1, 3);
    }

    private void sendInCancelledScope(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        Expect.cancelled("send", () -> sender.send(items.apply(99)));
        group.startSoon(() -> sendAndClose(sender, 0, 2));
        Expect.equal(items.apply(0), receiving.value(), "the first item that was sent");
        receiveEnd(receiver, 1, 2);
    }

    private void outsideOfTask(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        ToThread.run(() -> {
            Class<NoEventLoopException> noTask = NoEventLoopException.class;
            Expect.thrown(noTask, "send outside of a task", () -> sender.send(items.apply(99)));
            Expect.thrown(noTask, "receive outside of a task", () -> receiver.receive());
            return true;
        });
        group.startSoon(() -> sendAndClose(sender, 0, 1));
        receiveEnd(receiver, 0, 1);
    }
}
