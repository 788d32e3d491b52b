package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.ObjectReceiveStream;
import io.anyio.stream.ObjectSendStream;
import io.anyio.stream.ObjectStream;
import io.anyio.thread.ToThread;
import java.time.Duration;
import java.util.function.IntFunction;

/** The checks of {@link ObjectStreamContract} for the end of a stream, closing, and senders that wait. */
final class ObjectEndChecks<T> {
    private static final int LIMIT = 100_000;
    private static final Duration STALL = Duration.ofMillis(50);

    private final IntFunction<T> items;

    ObjectEndChecks(IntFunction<T> items) {
        this.items = items;
    }

    void addTo(PairChecks<? extends ObjectSendStream<T>, ? extends ObjectReceiveStream<T>> checks) {
        checks.add("a receive that waits gets the end", this::endOfWait);
        checks.add("send is broken after the receiver has closed, and stays broken", this::peerClosed);
        checks.add("closing twice does nothing", this::closeTwice);
        checks.add("a closed stream refuses to send and to receive", this::closed);
        checks.add("close in a cancelled scope closes, and does not throw", this::closeCancelled);
        checks.add("close may be called by any thread", this::closeFromThread);
    }

    /** Adds what needs a stream that does not take any number of items. */
    void addCloggedTo(PairChecks<? extends ObjectSendStream<T>, ? extends ObjectReceiveStream<T>> checks) {
        checks.add("a send waits for the receiver, and nothing is lost meanwhile", this::waits);
        checks.add("a send that waits is broken when the receiver closes", this::brokenWait);
        checks.add("a cancelled send that waited has sent nothing", this::cancelledSend);
    }

    void addHalfCloseTo(PairChecks<? extends ObjectStream<T>, ? extends ObjectStream<T>> checks) {
        checks.add("sendEof ends one direction, and the other one continues", this::halfClose);
        checks.add("sendEof is not a checkpoint, and twice does nothing", this::halfCloseCancelled);
    }

    private void endOfWait(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        sender.close();
        receiving.failure(EndOfStreamException.class);
    }

    private void peerClosed(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        receiver.close();
        Expect.thrown(BrokenResourceException.class, "send to a closed receiver", () -> {
            while (true) { // some items may be accepted before the sender notices
                sender.send(items.apply(0));
                AnyIO.sleep(Duration.ofMillis(1));
            }
        });
        Expect.thrown(BrokenResourceException.class, "a further send", () -> sender.send(items.apply(0)));
    }

    private void closeTwice(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        sender.close();
        sender.close();
        receiver.close();
        receiver.close();
    }

    private void closed(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        Class<ClosedResourceException> closed = ClosedResourceException.class;
        sender.close();
        Expect.thrown(closed, "send after close", () -> sender.send(items.apply(0)));
        receiver.close();
        Expect.thrown(closed, "send after both ends were closed", () -> sender.send(items.apply(0)));
        Expect.thrown(closed, "receive after close", () -> receiver.receive());
    }

    private void closeCancelled(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        Expect.returnsWhenCancelled("close", sender::close);
        receiving.failure(EndOfStreamException.class);
        Expect.returnsWhenCancelled("close", receiver::close);
        Expect.thrown(ClosedResourceException.class, "receive after close", () -> receiver.receive());
        Expect.thrown(ClosedResourceException.class, "send after close", () -> sender.send(items.apply(0)));
    }

    private void closeFromThread(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        ToThread.run(() -> {
            sender.close();
            return true;
        });
        receiving.failure(EndOfStreamException.class);
        ToThread.run(() -> {
            receiver.close();
            return true;
        });
        Expect.thrown(ClosedResourceException.class, "receive after close", () -> receiver.receive());
    }

    /** Sends items until a send waits, and returns their number. */
    private int fill(ObjectSendStream<T> sender) {
        for (int sent = 0; sent < LIMIT; sent++) {
            T item = items.apply(sent);
            if (Timeouts.moveOnAfter(STALL, () -> sender.send(item)).cancelledCaught()) {
                return sent;
            }
        }
        throw new AssertionError(
                "Expected send to wait while nothing is received, but it has accepted " + LIMIT + " items");
    }

    private PendingCall<Boolean> sending(TaskGroup group, ObjectSendStream<T> sender, int number) {
        return PendingCall.waiting(group, "send to a receiver that does not receive", () -> {
            sender.send(items.apply(number));
            return true;
        });
    }

    private void receiveEnd(ObjectReceiveStream<T> receiver, int end) {
        int number = 0;
        for (T item : receiver) {
            Expect.equal(items.apply(number++), item, "item number " + (number - 1));
        }
        Expect.equal(end, number, "the number of items received");
    }

    private void waits(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        int sent = fill(sender);
        var sending = sending(group, sender, sent);
        group.startSoon(() -> {
            sending.value();
            sender.close();
        });
        receiveEnd(receiver, sent + 1);
    }

    private void brokenWait(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        var sending = sending(group, sender, fill(sender));
        receiver.close();
        sending.failure(BrokenResourceException.class);
    }

    private void cancelledSend(TaskGroup group, ObjectSendStream<T> sender, ObjectReceiveStream<T> receiver) {
        int sent = fill(sender);
        sending(group, sender, sent + 7).cancel();
        group.startSoon(() -> {
            sender.send(items.apply(sent));
            sender.close();
        });
        receiveEnd(receiver, sent + 1);
    }

    private void halfClose(TaskGroup group, ObjectStream<T> near, ObjectStream<T> far) {
        Class<EndOfStreamException> end = EndOfStreamException.class;
        near.sendEof();
        Expect.thrown(ClosedResourceException.class, "send after sendEof", () -> near.send(items.apply(0)));
        Expect.thrown(end, "receive after sendEof of the other side", () -> far.receive());
        group.startSoon(() -> {
            far.send(items.apply(0));
            far.sendEof();
        });
        receiveEnd(near, 1);
        near.close();
        Expect.thrown(ClosedResourceException.class, "sendEof after close", near::sendEof);
    }

    private void halfCloseCancelled(TaskGroup group, ObjectStream<T> near, ObjectStream<T> far) {
        Expect.returnsWhenCancelled("sendEof", near::sendEof);
        Expect.returnsWhenCancelled("a second sendEof", near::sendEof);
        receiveEnd(far, 0);
    }
}
