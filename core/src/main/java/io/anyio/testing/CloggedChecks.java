package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteReceiveStream;
import io.anyio.stream.ByteSendStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The checks of {@link ByteStreamContract} for a stream that is clogged: its sender waits for the receiver. */
final class CloggedChecks {
    private CloggedChecks() {}

    static void addTo(PairChecks<? extends ByteSendStream, ? extends ByteReceiveStream> checks) {
        checks.add("a send waits for the receiver, and nothing is lost meanwhile", CloggedChecks::waits);
        checks.add("closing ends a send that waits", CloggedChecks::closeWhileSending);
        checks.add("a send that waits is broken when the receiver closes", CloggedChecks::peerClosed);
        checks.add("only one task at a time may send, and the first one continues", CloggedChecks::busy);
        checks.add(
                "after a cancelled send(ByteBuffer), the position tells where to continue",
                CloggedChecks::cancelledBuffer);
        checks.add(
                "a cancelled send(byte[]) has sent nothing, or breaks the sending side", CloggedChecks::cancelledArray);
        checks.add("closing a clogged stream in a cancelled scope does not wait", CloggedChecks::closeCancelled);
    }

    /** Starts a send of more bytes than there is room for. */
    private static PendingCall<@Nullable Void> sending(TaskGroup group, ByteSendStream sender, ByteBuffer bytes) {
        return PendingCall.waiting(group, "send to a receiver that does not receive", () -> {
            sender.send(bytes);
            return null;
        });
    }

    private static void waits(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        long sent = CloggedStream.fill(sender);
        ByteBuffer more = ByteBuffer.wrap(CloggedStream.more(sent));
        var sending = sending(group, sender, more);
        group.startSoon(() -> {
            sending.value();
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(sent + more.limit());
    }

    private static void closeWhileSending(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        long sent = CloggedStream.fill(sender);
        ByteBuffer more = ByteBuffer.wrap(CloggedStream.more(sent));
        var sending = sending(group, sender, more);
        Expect.returnsWhenCancelled("close", sender::close); // without waiting for what has been accepted
        sending.failure(ClosedResourceException.class);
    }

    private static void peerClosed(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        long sent = CloggedStream.fill(sender);
        ByteBuffer more = ByteBuffer.wrap(CloggedStream.more(sent));
        var sending = sending(group, sender, more);
        receiver.close();
        sending.failure(BrokenResourceException.class);
    }

    private static void busy(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        long sent = CloggedStream.fill(sender);
        ByteBuffer more = ByteBuffer.wrap(CloggedStream.more(sent));
        var sending = sending(group, sender, more);
        Class<BusyResourceException> busy = BusyResourceException.class;
        Expect.thrown(busy, "a second send", () -> sender.send(new byte[1]));
        Expect.thrown(busy, "a second send(ByteBuffer)", () -> sender.send(ByteBuffer.allocate(1)));
        group.startSoon(() -> {
            sending.value();
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(sent + more.limit());
    }

    private static void cancelledBuffer(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        long sent = CloggedStream.fill(sender);
        ByteBuffer more = ByteBuffer.wrap(CloggedStream.more(sent));
        for (int round = 0; round < 2; round++) {
            sending(group, sender, more).cancel();
            Expect.that(more.hasRemaining(), "Expected a cancelled send to leave some bytes, but it has sent all");
        }
        group.startSoon(() -> {
            sender.send(more);
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(sent + more.limit());
    }

    private static void cancelledArray(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        long sent = CloggedStream.fill(sender);
        byte[] more = CloggedStream.more(sent);
        byte[] other = new byte[more.length];
        PendingCall.waiting(group, "send to a receiver that does not receive", () -> {
                    sender.send(other);
                    return null;
                })
                .cancel();
        var next = PendingCall.started(group, "send after a cancelled send", () -> {
            sender.send(more);
            return null;
        });
        AnyIO.awaitAllTasksBlocked();
        if (next.hasEnded() && next.outcome() != null) { // a part was sent: the sending side is of no use
            next.failure(BrokenResourceException.class);
            return;
        }
        group.startSoon(() -> {
            next.value();
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(sent + more.length);
    }

    private static void closeCancelled(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        CloggedStream.fill(sender);
        Expect.returnsWhenCancelled("close", sender::close);
        Expect.thrown(ClosedResourceException.class, "send after close", () -> sender.send(new byte[1]));
    }
}
