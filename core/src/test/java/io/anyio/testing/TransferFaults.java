package io.anyio.testing;

import io.anyio.stream.ByteStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Faults in how a stream passes data on. */
final class TransferFaults {
    private static final String ORDER = "bytes arrive in order, none lost and none twice, however they are cut";

    private TransferFaults() {}

    static List<StreamFault> all() {
        return List.of(
                new StreamFault("loses a byte", ORDER, "byte number 999 was", LosesByte::new),
                new StreamFault("sends a byte twice", ORDER, "byte number 1000 was", RepeatsByte::new),
                new StreamFault("ends early", ORDER, "the stream ended after", EndsEarly::new),
                new StreamFault(
                        "returns more than asked for",
                        "receive returns at least one byte, and at most as many as asked for",
                        "at most as many bytes, but it returned",
                        ReturnsMore::new),
                new StreamFault(
                        "returns nothing",
                        "receive returns at least one byte, and at most as many as asked for",
                        "at least one byte, but it returned none",
                        ReturnsNothing::new),
                new StreamFault(
                        "ignores the position of a buffer",
                        "receive(ByteBuffer) fills from the position, not beyond the limit, and moves the position",
                        "Expected",
                        FillsFromZero::new),
                new StreamFault(
                        "accepts a maximum of 0",
                        "receive refuses a maximum below 1, a read-only buffer and a full buffer",
                        "Expected receive(0) to throw IllegalArgumentException, but it returned",
                        AcceptsZero::new),
                new StreamFault(
                        "sends something for nothing",
                        "an empty send sends nothing",
                        "byte number 0 was",
                        SendsForNothing::new),
                new StreamFault(
                        "does not move the position of what it sends",
                        "send(ByteBuffer) sends from the position to the limit, and moves the position",
                        "the position of a buffer that was sent to be 4, but it was 1",
                        KeepsPosition::new),
                new StreamFault(
                        "keeps the array of the caller",
                        "the array may be reused when send has returned",
                        "byte number",
                        SendsLater::new),
                new StreamFault(
                        "loses a byte of one direction",
                        "both directions carry bytes at the same time",
                        "byte number 999 was",
                        LosesByte::new));
    }

    private static final class LosesByte extends WrappedStream {
        private long sent;

        LosesByte(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            send(ByteBuffer.wrap(bytes));
        }

        @Override
        public void send(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                ByteBuffer one = bytes.slice(bytes.position(), 1);
                if (sent++ != 999) {
                    inner.send(one);
                }
                bytes.get();
            }
        }
    }

    private static final class RepeatsByte extends WrappedStream {
        private long sent;

        RepeatsByte(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            send(ByteBuffer.wrap(bytes));
        }

        @Override
        public void send(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                byte one = bytes.get();
                inner.send(new byte[] {one});
                if (sent++ == 999) {
                    inner.send(new byte[] {one});
                }
            }
        }
    }

    private static final class EndsEarly extends WrappedStream {
        private long sent;

        EndsEarly(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            sent += bytes.length;
            if (sent < 50_000) {
                inner.send(bytes);
            }
        }

        @Override
        public void send(ByteBuffer bytes) {
            byte[] all = new byte[bytes.remaining()];
            bytes.get(all);
            send(all);
        }
    }

    private static final class ReturnsMore extends WrappedStream {
        ReturnsMore(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            return inner.receive(max + 1);
        }
    }

    private static final class ReturnsNothing extends WrappedStream {
        ReturnsNothing(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            return new byte[0];
        }
    }

    private static final class FillsFromZero extends WrappedStream {
        FillsFromZero(ByteStream inner) {
            super(inner);
        }

        @Override
        public int receive(ByteBuffer target) {
            return inner.receive(target.duplicate().position(0));
        }
    }

    private static final class AcceptsZero extends WrappedStream {
        AcceptsZero(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            return max <= 0 ? new byte[0] : inner.receive(max);
        }
    }

    private static final class SendsForNothing extends WrappedStream {
        SendsForNothing(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            inner.send(bytes.length == 0 ? new byte[1] : bytes);
        }
    }

    private static final class KeepsPosition extends WrappedStream {
        KeepsPosition(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(ByteBuffer bytes) {
            inner.send(bytes.duplicate());
        }
    }

    private static final class SendsLater extends WrappedStream {
        private byte[] kept = new byte[0];

        SendsLater(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            inner.send(kept);
            kept = bytes;
        }

        @Override
        public void send(ByteBuffer bytes) {
            send(new byte[0]);
            inner.send(bytes);
        }
    }
}
