package io.anyio.testing;

import io.anyio.TaskGroup;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;

/** The checks of {@link ByteStreamContract} for both directions of a stream at the same time. */
final class TwoWayChecks {
    private static final int MUCH = 100_000;

    private TwoWayChecks() {}

    static void addTo(PairChecks<? extends ByteStream, ? extends ByteStream> checks) {
        checks.add("both directions carry bytes at the same time", TwoWayChecks::atTheSameTime);
        checks.add("a task may send while another one waits to receive", TwoWayChecks::sendWhileReceiving);
        checks.add("closing ends both directions", TwoWayChecks::close);
    }

    private static void atTheSameTime(TaskGroup group, ByteStream near, ByteStream far) {
        group.startSoon(() -> ByteTransferChecks.sendPieces(near, MUCH, 1));
        group.startSoon(() -> ByteTransferChecks.sendPieces(far, MUCH, 2));
        var backwards = PendingCall.started(group, "receive in the other direction", () -> {
            ByteTransferChecks.receivePieces(near, new TestBytes.Reader(near), MUCH, 3);
            return true;
        });
        ByteTransferChecks.receivePieces(far, new TestBytes.Reader(far), MUCH, 4);
        backwards.value();
    }

    private static void sendWhileReceiving(TaskGroup group, ByteStream near, ByteStream far) {
        var receiving = PendingCall.waiting(group, "receive", () -> near.receive());
        group.startSoon(() -> near.send(TestBytes.range(0, 10)));
        new TestBytes.Reader(far).receiveUntil(10);
        receiving.expectWaiting();
        group.startSoon(() -> far.send(TestBytes.range(0, 10)));
        var reader = new TestBytes.Reader(near);
        reader.accept(receiving.value());
        reader.receiveUntil(10);
    }

    private static void close(TaskGroup group, ByteStream near, ByteStream far) {
        near.close();
        Expect.thrown(ClosedResourceException.class, "receive after close", () -> near.receive());
        Expect.thrown(ClosedResourceException.class, "send after close", () -> near.send(new byte[1]));
        new TestBytes.Reader(far).expectEnd();
    }
}
