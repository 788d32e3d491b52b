package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.ByteStream;
import io.anyio.sync.Lock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** Faults of calls that wait or are cancelled. */
final class WaitFaults {
    private WaitFaults() {}

    static List<StreamFault> all() {
        return List.of(
                new StreamFault(
                        "leaves a receive waiting when it is closed",
                        "closing ends a receive that waits",
                        "Not finished within",
                        SendsEofOnly::new),
                new StreamFault(
                        "lets a second receiver wait",
                        "only one task at a time may receive, and the first one continues",
                        "Not finished within",
                        OneAfterTheOther::new),
                new StreamFault(
                        "loses a byte when a receive is cancelled",
                        "a cancelled receive takes nothing",
                        "byte number 0 was",
                        LosesWhenCancelled::new),
                new StreamFault(
                        "loses a byte when a receive is cancelled while bytes arrive",
                        "a receive that is cancelled at any moment loses nothing",
                        "Expected",
                        LosesWhenCancelled::new),
                new StreamFault(
                        "receives in a cancelled scope",
                        "receive in a cancelled scope takes nothing",
                        "receive in a cancelled scope to throw Cancelled, but it returned",
                        Shielded::new),
                new StreamFault(
                        "sends in a cancelled scope",
                        "send in a cancelled scope sends nothing",
                        "send in a cancelled scope to throw Cancelled, but it returned",
                        Shielded::new),
                new StreamFault(
                        "ignores calls outside of tasks",
                        "outside of a task, send and receive are refused",
                        "send outside of a task to throw NoEventLoopException, but it returned",
                        IgnoresOtherThreads::new),
                new StreamFault(
                        "drops what it has no room for",
                        "a send waits for the receiver, and nothing is lost meanwhile",
                        "Expected send to wait while nothing is received, but it has accepted",
                        Drops::new),
                new StreamFault(
                        "leaves a send waiting when it is closed",
                        "closing ends a send that waits",
                        "Not finished within",
                        SendsEofOnly::new),
                new StreamFault(
                        "does not notice that the receiver has closed while it waits",
                        "a send that waits is broken when the receiver closes",
                        "to throw BrokenResourceException, but it returned",
                        IgnoresBroken::new),
                new StreamFault(
                        "lets a second sender wait",
                        "only one task at a time may send, and the first one continues",
                        "Not finished within",
                        OneAfterTheOther::new),
                new StreamFault(
                        "forgets how much a cancelled send has sent",
                        "after a cancelled send(ByteBuffer), the position tells where to continue",
                        "receive at the end of the stream",
                        ForgetsPosition::new),
                new StreamFault(
                        "sends later what was cancelled",
                        "a cancelled send(byte[]) has sent nothing, or breaks the sending side",
                        "byte number",
                        SendsWhatWasCancelled::new),
                new StreamFault(
                        "waits in close, although cancelled",
                        "closing a clogged stream in a cancelled scope does not wait",
                        "Not finished within",
                        CloseWaits::new),
                new StreamFault(
                        "does not send while it receives",
                        "a task may send while another one waits to receive",
                        "Not finished within",
                        OneDirectionAtATime::new));
    }

    private static final class SendsEofOnly extends WrappedStream {
        SendsEofOnly(ByteStream inner) {
            super(inner);
        }

        @Override
        public void close() {
            try {
                inner.sendEof();
            } catch (RuntimeException busyOrClosed) {
                // the fault: then it does nothing at all
            }
        }
    }

    private static final class OneAfterTheOther extends WrappedStream {
        private final Lock sending = Lock.create();
        private final Lock receiving = Lock.create();

        OneAfterTheOther(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            receiving.acquire();
            try {
                return inner.receive(max);
            } finally {
                receiving.release();
            }
        }

        @Override
        public void send(byte[] bytes) {
            sending.acquire();
            try {
                inner.send(bytes);
            } finally {
                sending.release();
            }
        }

        @Override
        public void send(ByteBuffer bytes) {
            sending.acquire();
            try {
                inner.send(bytes);
            } finally {
                sending.release();
            }
        }
    }

    private static final class LosesWhenCancelled extends WrappedStream {
        private boolean losing;

        LosesWhenCancelled(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            if (losing) {
                losing = false;
                inner.receive(1);
            }
            try {
                return inner.receive(max);
            } catch (Cancelled c) {
                losing = true;
                throw c;
            }
        }
    }

    private static final class Shielded extends WrappedStream {
        Shielded(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            byte[][] received = new byte[1][];
            CancelScope.shielded(() -> {
                received[0] = inner.receive(max);
            });
            return received[0];
        }

        @Override
        public void send(byte[] bytes) {
            CancelScope.shielded(() -> inner.send(bytes));
        }
    }

    private static final class IgnoresOtherThreads extends WrappedStream {
        IgnoresOtherThreads(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            if (AnyIO.currentBackend().isPresent()) {
                inner.send(bytes);
            }
        }
    }

    private static final class Drops extends WrappedStream {
        Drops(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(ByteBuffer bytes) {
            bytes.position(bytes.limit());
        }
    }

    private static final class IgnoresBroken extends WrappedStream {
        IgnoresBroken(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(ByteBuffer bytes) {
            try {
                inner.send(bytes);
            } catch (BrokenResourceException ignored) {
                AnyIO.checkpoint();
            }
        }
    }

    private static final class ForgetsPosition extends WrappedStream {
        ForgetsPosition(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(ByteBuffer bytes) {
            inner.send(bytes.duplicate());
            bytes.position(bytes.limit());
        }
    }

    private static final class SendsWhatWasCancelled extends WrappedStream {
        private byte[] cancelled = new byte[0];

        SendsWhatWasCancelled(ByteStream inner) {
            super(inner);
        }

        @Override
        public void send(byte[] bytes) {
            inner.send(ByteBuffer.wrap(cancelled));
            try {
                inner.send(ByteBuffer.wrap(bytes));
            } catch (Cancelled c) {
                cancelled = bytes;
                throw c;
            }
        }
    }

    private static final class CloseWaits extends WrappedStream {
        CloseWaits(ByteStream inner) {
            super(inner);
        }

        @Override
        public void close() {
            CancelScope.shielded(() -> AnyIO.sleep(Duration.ofHours(1)));
            inner.close();
        }
    }

    private static final class OneDirectionAtATime extends WrappedStream {
        private final Lock both = Lock.create();

        OneDirectionAtATime(ByteStream inner) {
            super(inner);
        }

        @Override
        public byte[] receive(int max) {
            both.acquire();
            try {
                return inner.receive(max);
            } finally {
                both.release();
            }
        }

        @Override
        public void send(byte[] bytes) {
            both.acquire();
            try {
                inner.send(bytes);
            } finally {
                both.release();
            }
        }
    }
}
