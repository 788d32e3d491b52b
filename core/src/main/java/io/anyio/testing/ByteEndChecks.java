package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteReceiveStream;
import io.anyio.stream.ByteSendStream;
import io.anyio.stream.EndOfStreamException;
import io.anyio.thread.ToThread;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The checks of {@link ByteStreamContract} for the end of a stream and for closing. */
final class ByteEndChecks {
    private static final Duration PAUSE = Duration.ofMillis(1);

    private ByteEndChecks() {}

    static void addTo(PairChecks<? extends ByteSendStream, ? extends ByteReceiveStream> checks) {
        checks.add("the end comes after all bytes, and each time again", ByteEndChecks::end);
        checks.add("a receive that waits gets the end", ByteEndChecks::endOfWait);
        checks.add("send is broken after the receiver has closed, and stays broken", ByteEndChecks::peerClosed);
        checks.add("closing twice does nothing", ByteEndChecks::closeTwice);
        checks.add("a closed sender refuses to send", ByteEndChecks::closedSender);
        checks.add("a closed receiver refuses to receive, also at the end", ByteEndChecks::closedReceiver);
        checks.add("close in a cancelled scope closes, and does not throw", ByteEndChecks::closeCancelled);
        checks.add("close may be called by any thread", ByteEndChecks::closeFromThread);
    }

    private static void end(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> {
            sender.send(TestBytes.range(0, 1000));
            sender.close();
        });
        var reader = new TestBytes.Reader(receiver);
        reader.receiveEnd(1000);
        reader.expectEnd();
    }

    private static void endOfWait(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        sender.close();
        receiving.failure(EndOfStreamException.class);
    }

    private static void peerClosed(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        receiver.close();
        Expect.thrown(BrokenResourceException.class, "send to a closed receiver", () -> {
            while (true) { // some bytes may be accepted before the sender notices
                sender.send(TestBytes.range(0, 100));
                AnyIO.sleep(PAUSE);
            }
        });
        for (int i = 0; i < 2; i++) {
            Expect.thrown(BrokenResourceException.class, "a further send", () -> sender.send(TestBytes.range(0, 100)));
        }
    }

    private static void closeTwice(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        sender.close();
        sender.close();
        receiver.close();
        receiver.close();
    }

    private static void closedSender(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        sender.close();
        expectRefused(sender);
        receiver.close(); // which would make the sender broken, but being closed has precedence
        expectRefused(sender);
    }

    private static void expectRefused(ByteSendStream sender) {
        Class<ClosedResourceException> closed = ClosedResourceException.class;
        Expect.thrown(closed, "send after close", () -> sender.send(TestBytes.range(0, 1)));
        Expect.thrown(closed, "an empty send after close", () -> sender.send(new byte[0]));
        ByteBuffer buffer = ByteBuffer.allocate(1);
        Expect.thrown(closed, "send(ByteBuffer) after close", () -> sender.send(buffer));
        Expect.equal(0, buffer.position(), "the position of a buffer that was not sent");
    }

    private static void closedReceiver(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        sender.close();
        new TestBytes.Reader(receiver).expectEnd();
        receiver.close();
        Class<ClosedResourceException> closed = ClosedResourceException.class;
        Expect.thrown(closed, "receive after close", () -> receiver.receive());
        ByteBuffer buffer = ByteBuffer.allocate(1);
        Expect.thrown(closed, "receive(ByteBuffer) after close", () -> receiver.receive(buffer));
    }

    private static void closeCancelled(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        Expect.returnsWhenCancelled("close", sender::close);
        receiving.failure(EndOfStreamException.class);
        Expect.returnsWhenCancelled("close", receiver::close);
        Expect.thrown(ClosedResourceException.class, "receive after close", () -> receiver.receive());
        Expect.thrown(ClosedResourceException.class, "send after close", () -> sender.send(new byte[1]));
    }

    private static void closeFromThread(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        var receiving = PendingCall.waiting(group, "receive", () -> receiver.receive());
        closeInWorker(sender);
        receiving.failure(EndOfStreamException.class);
        closeInWorker(receiver);
        Expect.thrown(ClosedResourceException.class, "receive after close", () -> receiver.receive());
    }

    private static void closeInWorker(AutoCloseable stream) {
        try {
            ToThread.<Boolean, Exception>run(() -> {
                stream.close();
                return true;
            });
        } catch (Exception failure) {
            throw new AssertionError("Expected close on another thread to return, but it threw " + failure, failure);
        }
    }
}
