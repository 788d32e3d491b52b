package io.anyio.testing;

import io.anyio.stream.ByteReceiveStream;
import io.anyio.stream.EndOfStreamException;
import java.nio.ByteBuffer;

/** An endless sequence of bytes in which a lost, repeated, changed or exchanged byte is noticed. */
final class TestBytes {
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private TestBytes() {}

    /** Returns the bytes of the sequence from {@code from} on. */
    static byte[] range(long from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(from + i);
        }
        return bytes;
    }

    private static byte at(long index) {
        long mixed = (index + 1) * MIX;
        return (byte) (mixed >>> 40 ^ mixed >>> 17);
    }

    /** Receives from a stream, and compares with the sequence. */
    static final class Reader {
        private final ByteReceiveStream stream;
        private long position; // of the next byte in the sequence

        Reader(ByteReceiveStream stream) {
            this.stream = stream;
        }

        long position() {
            return position;
        }

        /** Compares what was received with the next bytes of the sequence. */
        void accept(byte[] received) {
            Expect.that(received.length > 0, "Expected receive to return at least one byte, but it returned none");
            for (byte one : received) {
                if (one != at(position)) {
                    throw new AssertionError("Expected the received bytes to be those that were sent, but byte number "
                            + position + " was " + one + " instead of " + at(position)
                            + "; bytes were lost, repeated, changed or put in another order");
                }
                position++;
            }
        }

        /** Receives until the position is {@code end}. */
        void receiveUntil(long end) {
            while (position < end) {
                byte[] received;
                try {
                    received = stream.receive((int) Math.min(ByteReceiveStream.DEFAULT_MAX, end - position));
                } catch (EndOfStreamException early) {
                    throw new AssertionError(
                            "Expected " + end + " bytes, but the stream ended after " + position, early);
                }
                accept(received);
            }
        }

        /** Receives once, into a buffer of this size. */
        void receiveInto(int size) {
            ByteBuffer buffer = ByteBuffer.allocate(size);
            int count = stream.receive(buffer);
            Expect.equal(count, buffer.position(), "the position after receive(ByteBuffer) returned " + count);
            byte[] received = new byte[count];
            buffer.flip().get(received);
            accept(received);
        }

        /** Receives the rest until the end, which must be at {@code end}. */
        void receiveEnd(long end) {
            receiveUntil(end);
            expectEnd();
        }

        /** Asserts that nothing but the end is left, in both forms of receive. */
        void expectEnd() {
            Expect.thrown(EndOfStreamException.class, "receive at the end of the stream", () -> stream.receive());
            ByteBuffer buffer = ByteBuffer.allocate(2);
            Expect.thrown(
                    EndOfStreamException.class,
                    "receive(ByteBuffer) at the end of the stream",
                    () -> stream.receive(buffer));
            Expect.equal(0, buffer.position(), "the position of a buffer that received nothing");
        }
    }
}
