package io.anyio.testing;

import io.anyio.TaskGroup;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import java.nio.ByteBuffer;

/** The checks of {@link ByteStreamContract} for {@link ByteStream#sendEof}. */
final class HalfCloseChecks {
    private HalfCloseChecks() {}

    static void addTo(PairChecks<? extends ByteStream, ? extends ByteStream> checks) {
        checks.add("sendEof ends one direction, and the other one continues", HalfCloseChecks::oneDirection);
        checks.add("a receive that waits gets the end of sendEof", HalfCloseChecks::endOfWait);
        checks.add("sendEof twice does nothing", HalfCloseChecks::twice);
        checks.add("after sendEof, send is refused", HalfCloseChecks::sendAfterwards);
        checks.add("after close, sendEof is refused", HalfCloseChecks::afterClose);
        checks.add("sendEof is not a checkpoint", HalfCloseChecks::notCheckpoint);
    }

    /** Adds what needs a stream whose sender can be made to wait. */
    static void addCloggedTo(PairChecks<? extends ByteStream, ? extends ByteStream> checks) {
        checks.add("sendEof is refused while another task sends", HalfCloseChecks::busy);
    }

    private static void oneDirection(TaskGroup group, ByteStream near, ByteStream far) {
        group.startSoon(() -> {
            near.send(TestBytes.range(0, 100));
            near.sendEof();
        });
        new TestBytes.Reader(far).receiveEnd(100);
        group.startSoon(() -> {
            far.send(TestBytes.range(0, 200));
            far.sendEof();
        });
        new TestBytes.Reader(near).receiveEnd(200);
    }

    private static void endOfWait(TaskGroup group, ByteStream near, ByteStream far) {
        var receiving = PendingCall.waiting(group, "receive", () -> far.receive());
        near.sendEof();
        receiving.failure(EndOfStreamException.class);
    }

    private static void twice(TaskGroup group, ByteStream near, ByteStream far) {
        near.sendEof();
        near.sendEof();
        new TestBytes.Reader(far).expectEnd();
        far.sendEof();
        new TestBytes.Reader(near).expectEnd();
        near.sendEof();
    }

    private static void sendAfterwards(TaskGroup group, ByteStream near, ByteStream far) {
        near.sendEof();
        Class<ClosedResourceException> closed = ClosedResourceException.class;
        Expect.thrown(closed, "send after sendEof", () -> near.send(new byte[1]));
        Expect.thrown(closed, "send(ByteBuffer) after sendEof", () -> near.send(ByteBuffer.allocate(1)));
        new TestBytes.Reader(far).expectEnd();
    }

    private static void afterClose(TaskGroup group, ByteStream near, ByteStream far) {
        near.sendEof();
        near.close();
        Expect.thrown(ClosedResourceException.class, "sendEof after close", near::sendEof);
        far.close();
        Expect.thrown(ClosedResourceException.class, "sendEof after close", far::sendEof);
    }

    private static void notCheckpoint(TaskGroup group, ByteStream near, ByteStream far) {
        Expect.returnsWhenCancelled("sendEof", near::sendEof);
        new TestBytes.Reader(far).expectEnd();
    }

    private static void busy(TaskGroup group, ByteStream near, ByteStream far) {
        long sent = CloggedStream.fill(near);
        byte[] more = CloggedStream.more(sent);
        var sending = PendingCall.waiting(group, "send to a receiver that does not receive", () -> {
            near.send(more);
            return true;
        });
        Expect.thrown(BusyResourceException.class, "sendEof while another task sends", near::sendEof);
        group.startSoon(() -> {
            sending.value();
            near.sendEof();
        });
        new TestBytes.Reader(far).receiveEnd(sent + more.length);
    }
}
