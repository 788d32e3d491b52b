package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.stream.ByteReceiveStream;
import io.anyio.stream.ByteSendStream;
import io.anyio.stream.EndOfStreamException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The checks of {@link ByteStreamContract} for data: order, completeness, sizes and buffers. */
final class ByteTransferChecks {
    private static final int MUCH = 100_000;
    private static final int LARGEST_PIECE = 5_000;

    private ByteTransferChecks() {}

    static void addTo(PairChecks<? extends ByteSendStream, ? extends ByteReceiveStream> checks) {
        checks.add("bytes arrive in order, none lost and none twice, however they are cut", ByteTransferChecks::order);
        checks.add("receive returns at least one byte, and at most as many as asked for", ByteTransferChecks::partial);
        checks.add(
                "receive(ByteBuffer) fills from the position, not beyond the limit, and moves the position",
                ByteTransferChecks::receiveIntoBuffer);
        checks.add(
                "receive refuses a maximum below 1, a read-only buffer and a full buffer",
                ByteTransferChecks::arguments);
        checks.add("an empty send sends nothing", ByteTransferChecks::emptySend);
        checks.add(
                "send(ByteBuffer) sends from the position to the limit, and moves the position",
                ByteTransferChecks::sendFromBuffer);
        checks.add("the array may be reused when send has returned", ByteTransferChecks::reuse);
    }

    private static void order(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> sendInPieces(sender, MUCH, 1));
        receiveInPieces(receiver, MUCH, 2);
    }

    /** Sends the sequence up to {@code end} in pieces of random sizes, then closes. */
    private static void sendInPieces(ByteSendStream sender, int end, long seed) {
        sendPieces(sender, end, seed);
        sender.close();
    }

    /** Sends the sequence up to {@code end} in pieces of random sizes, as arrays and as buffers. */
    static void sendPieces(ByteSendStream sender, int end, long seed) {
        var random = new SplittableRandom(seed);
        for (int at = 0; at < end; ) {
            int size = Math.min(1 + random.nextInt(LARGEST_PIECE), end - at);
            byte[] piece = TestBytes.range(at, size);
            if (random.nextBoolean()) {
                sender.send(piece);
            } else {
                sender.send(ByteBuffer.wrap(piece));
            }
            at += size;
            if (random.nextInt(8) == 0) {
                AnyIO.checkpoint();
            }
        }
    }

    private static void receiveInPieces(ByteReceiveStream receiver, int end, long seed) {
        var reader = new TestBytes.Reader(receiver);
        receivePieces(receiver, reader, end, seed);
        reader.expectEnd();
    }

    /** Receives the sequence up to {@code end} in pieces of random sizes, as arrays and into buffers. */
    static void receivePieces(ByteReceiveStream receiver, TestBytes.Reader reader, int end, long seed) {
        var random = new SplittableRandom(seed);
        try {
            while (reader.position() < end) {
                int size = 1 + random.nextInt(LARGEST_PIECE);
                if (random.nextBoolean()) {
                    reader.accept(receiver.receive(size));
                } else {
                    reader.receiveInto(size);
                }
                if (random.nextInt(8) == 0) {
                    AnyIO.checkpoint();
                }
            }
        } catch (EndOfStreamException early) {
            throw new AssertionError(
                    "Expected " + end + " bytes, but the stream ended after " + reader.position(), early);
        }
        Expect.equal((long) end, reader.position(), "the number of bytes received");
    }

    private static void partial(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> sender.send(TestBytes.range(0, 10)));
        var reader = new TestBytes.Reader(receiver);
        while (reader.position() < 10) {
            int max = (int) Math.min(3, 10 - reader.position());
            byte[] received = receiver.receive(max);
            Expect.that(
                    received.length <= max,
                    "Expected receive(" + max + ") to return at most as many bytes, but it returned "
                            + received.length);
            reader.accept(received);
        }
    }

    private static void receiveIntoBuffer(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> sender.send(TestBytes.range(0, 9)));
        var reader = new TestBytes.Reader(receiver);
        while (reader.position() < 9) {
            ByteBuffer buffer = ByteBuffer.allocate(6).position(2).limit(5);
            int count = receiver.receive(buffer);
            Expect.that(count >= 1 && count <= 3, "Expected receive into 3 bytes to return 1 to 3, not " + count);
            Expect.equal(2 + count, buffer.position(), "the position of the buffer");
            Expect.equal(5, buffer.limit(), "the limit of the buffer");
            byte[] all = buffer.array();
            Expect.that(
                    all[0] == 0 && all[1] == 0 && all[5] == 0,
                    "Expected the bytes outside of the buffer's remaining part to be unchanged");
            byte[] received = new byte[count];
            buffer.get(2, received);
            reader.accept(received);
        }
    }

    private static void arguments(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> sender.send(TestBytes.range(0, 4)));
        Class<IllegalArgumentException> refused = IllegalArgumentException.class;
        Expect.thrown(refused, "receive(0)", () -> receiver.receive(0));
        Expect.thrown(refused, "receive(-1)", () -> receiver.receive(-1));
        ByteBuffer full = ByteBuffer.allocate(0);
        Expect.thrown(refused, "receive into a full buffer", () -> receiver.receive(full));
        ByteBuffer readOnly = ByteBuffer.allocate(4).asReadOnlyBuffer();
        Expect.thrown(refused, "receive into a read-only buffer", () -> receiver.receive(readOnly));
        new TestBytes.Reader(receiver).receiveUntil(4);
    }

    private static void emptySend(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> {
            sender.send(new byte[0]);
            sender.send(ByteBuffer.allocate(0));
            sender.send(TestBytes.range(0, 1));
            sender.send(new byte[0]);
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(1);
    }

    private static void sendFromBuffer(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> {
            sendBuffer(sender, ByteBuffer.allocate(5).put(1, TestBytes.range(0, 3)), 3);
            sendBuffer(sender, ByteBuffer.allocateDirect(5).put(1, TestBytes.range(3, 3)), 3);
            sendBuffer(
                    sender, ByteBuffer.allocate(5).put(1, TestBytes.range(6, 3)).asReadOnlyBuffer(), 3);
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(9);
    }

    private static void sendBuffer(ByteSendStream sender, ByteBuffer buffer, int count) {
        buffer.position(1).limit(1 + count);
        sender.send(buffer);
        Expect.equal(1 + count, buffer.position(), "the position of a buffer that was sent");
        Expect.equal(1 + count, buffer.limit(), "the limit of a buffer that was sent");
    }

    private static void reuse(TaskGroup group, ByteSendStream sender, ByteReceiveStream receiver) {
        group.startSoon(() -> {
            byte[] bytes = TestBytes.range(0, 100);
            sender.send(bytes);
            Arrays.fill(bytes, (byte) 0);
            ByteBuffer buffer = ByteBuffer.wrap(TestBytes.range(100, 100));
            sender.send(buffer);
            buffer.clear().put(new byte[100]);
            sender.close();
        });
        new TestBytes.Reader(receiver).receiveEnd(200);
    }
}
